#! status: exited
#! exit_code: 127
exit 127
