package main

import (
	"errors"
	"testing"
)

func TestInvokeFailure(t *testing.T) {
	want := "SEA6002: cannot invoke web/ping in sandbox\n    no such function\n    next: if it is not deployed yet, run: seastack apply --env sandbox"
	if got := invokeFailure("web/ping", "sandbox", errors.New("no such function")).Error(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
