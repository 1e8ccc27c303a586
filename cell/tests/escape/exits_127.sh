#! attack: pretends with its exit code that it could not be started; an exit code is the program's word only
#! status: exited
#! exit_code: 127
exit 127
