// Package optional handles members of a request that may be absent.
package optional

// Set sets *to to *from if from is not nil.
func Set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Or returns *v, or otherwise if v is nil.
func Or[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}
