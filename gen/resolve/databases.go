package resolve

import (
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// refuse reports a handle on a database that the function's stack must not use. The
// constructor itself is sound, so that other stacks may still call it.
func (w *wiring) refuse(h handle, resource string, chain []link, text string) {
	allowed := w.handler.Databases
	if h.grant != model.DatabaseGrant && h.grant != model.AnalyticsGrant || len(allowed) == 0 || slices.Contains(allowed, resource) {
		return
	}
	w.report(diag.DatabaseNotAllowed, chain, w.handler.Name+" would reach the database "+resource+" by "+text+", and its stack has databases="+strings.Join(allowed, ","),
		"take a service that does without it, move the handler to another stack, or add "+resource+" to databases= of //seastack:stack")
}

// separate grants a function the secret of the replica alone in the place of the
// database's, where it takes no *db.Primary and either takes *db.Analytics or is in a
// stack that must not use the primary: it then cannot read the primary's password.
func (w *wiring) separate() {
	replica := slices.IndexFunc(w.grants, func(g model.Grant) bool { return g.Kind == model.DatabaseGrant && g.Resource == "replica" })
	primary := w.granted[grantKey{model.DatabaseGrant, "primary"}]
	analytics := w.granted[grantKey{model.AnalyticsGrant, "analytics"}]
	without := len(w.handler.Databases) > 0 && !slices.Contains(w.handler.Databases, "primary")
	if replica >= 0 && !primary && (analytics || without) {
		w.grants[replica].Kind = model.ReplicaGrant
	}
}
