print "site\n";
