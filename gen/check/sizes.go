package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// Emitter knows what is emitted for a function. Its errors are those of a model
// that has other findings.
type Emitter interface {
	// Environment returns the variables of a function in an environment.
	Environment(model.Model, config.Environment, model.Stack, model.Function) (map[string]string, error)
	// Policy returns the policy of a function's role in an environment, as JSON.
	Policy(model.Model, config.Environment, model.Stack, model.Function) ([]byte, error)
}

// sizes finds functions whose variables or policy AWS would refuse for their
// size in some environment.
func sizes(m model.Model, cfg config.Config, emitted Emitter) diag.List {
	var list diag.List
	for _, e := range cfg.Environments {
		each(m, func(s model.Stack, f model.Function) {
			list = append(list, environmentSize(emitted, m, e, s, f)...)
			list = append(list, policySize(emitted, m, e, s, f)...)
		})
	}
	return list
}

const split = "give queues shorter names, or do the work in several functions"

func environmentSize(emitted Emitter, m model.Model, e config.Environment, s model.Stack, f model.Function) diag.List {
	variables, err := emitted.Environment(m, e, s, f)
	if err != nil {
		return nil // a queue that is not in the model has its own finding
	}
	raw, err := json.Marshal(variables) // as Lambda measures it, and says in its own error
	if size := len(raw); err != nil || size <= limits.EnvironmentSize {
		return nil
	}
	return diag.List{diag.New(diag.EnvironmentTooLarge, at(f.Pos),
		fmt.Sprintf("in the environment %s, the %d variables of %s have %d bytes as JSON, where Lambda takes %d", e.Name, len(variables), f.Name, len(raw), limits.EnvironmentSize),
		split, largest(variables)...)}
}

// largest lists the three variables that take the most.
func largest(variables map[string]string) (lines []string) {
	taken := func(name string) int { return len(name) + len(variables[name]) }
	byName := slices.SortedFunc(maps.Keys(variables), func(a, b string) int {
		return cmp.Or(cmp.Compare(taken(b), taken(a)), cmp.Compare(a, b))
	})
	for _, name := range byName[:min(3, len(byName))] {
		lines = append(lines, fmt.Sprintf("%s has %d bytes", name, taken(name)))
	}
	return lines
}

func policySize(emitted Emitter, m model.Model, e config.Environment, s model.Stack, f model.Function) diag.List {
	policy, err := emitted.Policy(m, e, s, f)
	if err != nil {
		return nil // a queue that is not in the model has its own finding
	}
	size := utf8.RuneCount(policy)
	if size <= limits.PolicySize {
		return nil
	}
	return diag.List{diag.New(diag.PolicyTooLarge, at(f.Pos),
		fmt.Sprintf("in the environment %s, the policy of %s's role has %d characters, where IAM takes %d", e.Name, f.Name, size, limits.PolicySize),
		split, fmt.Sprintf("it has %d grants", len(f.Grants)))}
}

// named are the kinds of grants that each have a statement of its own.
var named = []model.GrantKind{
	model.QueueConsumeGrant, model.QueueSendGrant, model.EventPublishGrant, model.SecretReadGrant, model.BucketReadGrant, model.BucketWriteGrant,
}

// statementIDs finds resources of one function whose statements would have the same
// ID, which takes letters and digits only: jobs-1 and jobs1.
func statementIDs(m model.Model) diag.List {
	var list diag.List
	each(m, func(_ model.Stack, f model.Function) {
		first := map[string]string{}
		for _, kind := range named {
			for _, g := range use.Granted(f, kind) {
				sid := names.Statement(g)
				if other, taken := first[sid]; taken {
					list = append(list, diag.New(diag.SameStatementID, at(f.Pos),
						fmt.Sprintf("the policy of %s would have two statements called %s, for %s and %s", f.Name, sid, other, g.Resource),
						"rename one of them"))
				}
				first[sid] = g.Resource
			}
		}
	})
	return list
}
