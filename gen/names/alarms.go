package names

// FunctionAlarm is an alarm that each function has, on one of Lambda's metrics of its
// alias.
type FunctionAlarm struct {
	Name        string // what follows the function's name on AWS
	Metric      string
	Description string
}

// Alarms are those of a function.
var Alarms = []FunctionAlarm{
	{"errors", "Errors", "The function has failed."},
	{"throttles", "Throttles", "Lambda has turned requests of the function away."},
}

// Alarm returns the name on AWS of an alarm of a function, which is given by its
// name there.
func Alarm(function, alarm string) string { return function + "-" + alarm }
