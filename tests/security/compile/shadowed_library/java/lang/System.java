package java.lang;
public class System { static { throw new Error(); } }
