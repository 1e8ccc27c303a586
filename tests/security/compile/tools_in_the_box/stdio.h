#error "the box is searched for system headers"
