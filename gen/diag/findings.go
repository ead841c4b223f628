package diag

// In returns all diagnostics within an error.
func In(err error) (all []Diagnostic) {
	switch e := err.(type) {
	case List:
		return e
	case Diagnostic:
		return []Diagnostic{e}
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			all = append(all, In(part)...)
		}
	case interface{ Unwrap() error }:
		return In(e.Unwrap())
	}
	return all
}

// Findings returns all diagnostics within an error; an error that has none is one
// without a code.
func Findings(err error) []Diagnostic {
	if all := In(err); len(all) > 0 {
		return all
	}
	return []Diagnostic{{Message: err.Error()}}
}
