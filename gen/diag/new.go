package diag

import "go/token"

// New makes a finding at a place in a source file, whose name is taken as it is.
func New(code string, at token.Position, message, next string, details ...string) Diagnostic {
	return Diagnostic{
		Code: code, File: at.Filename, Line: at.Line, Column: at.Column,
		Message: message, Details: details, Next: next,
	}
}
