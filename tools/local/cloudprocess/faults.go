package cloudprocess

import (
	"errors"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/localcloud"
)

// codes are those of the local cloud's faults: it stands alone, and has none.
var codes = map[localcloud.FaultKind]string{
	localcloud.PortTaken:    diag.PortTaken,
	localcloud.StateLocked:  diag.CloudLocked,
	localcloud.StateBroken:  diag.CloudBroken,
	localcloud.CannotListen: diag.CannotListen,
}

// Diagnose returns a fault of the local cloud as a diag.Diagnostic, and any
// other error as it is.
func Diagnose(err error) error {
	var f localcloud.Fault
	if !errors.As(err, &f) {
		return err
	}
	return diag.Diagnostic{Code: codes[f.Kind], Message: f.Message, Next: f.Next}
}
