console.log('thief ran')
