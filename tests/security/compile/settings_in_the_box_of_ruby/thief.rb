puts 'thief ran'
