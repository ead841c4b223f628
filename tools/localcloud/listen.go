package localcloud

import (
	"errors"
	"net"
)

// CheckListen returns the error that New would return if it cannot listen on an
// address. It does not open the state, and releases the address.
func CheckListen(addr string) error {
	if err := checkAddr(addr); err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return listenError(addr, err)
	}
	if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
