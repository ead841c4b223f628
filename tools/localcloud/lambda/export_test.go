package lambda

// Inputs is the table of the members of each operation's input.
var Inputs = inputs

// Retire retires the instances whose key starts with prefix.
func (s *Service) Retire(prefix string) { s.fleet.Retire(prefix) }
