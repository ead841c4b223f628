//go:build !linux && !darwin && !freebsd

package mirror

import "errors"

// freeSpace is not known here: a full disk is only noticed when it is full.
func freeSpace(string) (uint64, error) { return 0, errors.ErrUnsupported }
