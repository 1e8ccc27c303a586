puts 'thief'
