package cloudprocess

import (
	"errors"
	"io"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/localcloud"
)

func TestDiagnose(t *testing.T) {
	for kind, code := range map[localcloud.FaultKind]string{
		localcloud.PortTaken: "SEA5001", localcloud.StateLocked: "SEA5002",
		localcloud.StateBroken: "SEA5003", localcloud.CannotListen: "SEA5004",
	} {
		want := diag.Diagnostic{Code: code, Message: "m", Next: "n"}
		var got diag.Diagnostic
		err := Diagnose(errors.Join(io.EOF, localcloud.Fault{Kind: kind, Message: "m", Next: "n"}))
		if !errors.As(err, &got) || got.Error() != want.Error() {
			t.Errorf("%s is %v, want %v", kind, err, want)
		}
	}
	if err := Diagnose(io.EOF); err != io.EOF {
		t.Errorf("another error became %v", err)
	}
}
