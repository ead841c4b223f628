package check

import (
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/use"
)

// relays finds an outbox that no relay empties: what a process could not send before
// it died would wait for ever.
func relays(m model.Model) diag.List {
	var first *model.Function
	relayed := false
	each(m, func(_ model.Stack, f model.Function) {
		relayed = relayed || use.Relay(f)
		if first == nil && len(use.Outbox(f)) > 0 {
			first = &f
		}
	})
	if first == nil || relayed {
		return nil
	}
	return diag.List{diag.New(diag.NoRelay, at(first.Pos), first.Name+" leaves "+use.Outbox(*first)[0].Resource+" in the outbox, and no function relays it",
		"write a handler with //seastack:schedule rate(1 minute) whose constructor takes *outbox.Relay, and let it call Run")}
}
