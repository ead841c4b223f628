package annotation

import (
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Granted marks a call of the AWS SDK that no handle covers: a statement that you
// have written beside the stack's generated Terraform allows it. It stands at the end
// of the call's line, or on the line above. seastack lint reports such calls without
// a mark, and marks without a call.
type Granted struct {
	// Action is what the statement allows, as IAM names it: sqs:PurgeQueue. Several
	// have commas between them.
	Action string `arg:"ACTION"`
}

// Actions returns the actions.
func (g *Granted) Actions() []string { return strings.Split(g.Action, ",") }

var actionRE = regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z0-9]*$`)

func (g *Granted) check(r *report) {
	for _, action := range g.Actions() {
		if !actionRE.MatchString(action) {
			r.add(diag.BadValue, "ACTION", quote(action)+" is not an action of IAM",
				"write a service and an operation, as in sqs:PurgeQueue, without *")
		}
	}
}
