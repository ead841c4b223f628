package pipeline

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
)

// proven reports whether a plan of the root would change nothing: its inputs and
// its state are those that its last apply has recorded. A root whose apply was
// killed is not, nor is one without a record that can be read. It returns what is
// known of the inputs, which holds until they change: it must be taken before a
// plan, and is recorded after its apply.
func (d *Deployment) proven(ctx context.Context, name string) (inputs string, proven bool, err error) {
	inputs, err = d.planInputs(ctx, name)
	if err != nil || inputs == "" || d.All {
		return inputs, false, err
	}
	if _, err := os.Stat(marker(d.Root(name))); err == nil {
		return inputs, false, nil
	}
	records, err := d.records(ctx)
	if err != nil {
		return inputs, false, nil // the plan tells
	}
	record, err := change.ReadRecord(ctx, records, name)
	if err != nil || record == nil || record.Proof.Inputs != inputs {
		return inputs, false, nil // without a record there is no proof
	}
	state, err := d.state(ctx, name)
	return inputs, err == nil && record.Proof.State == digest.Bytes(state), nil
}

// planInputs returns a digest of all that a plan of the root depends on beside
// its state; "" where that is more than this command can see.
func (d *Deployment) planInputs(ctx context.Context, name string) (string, error) {
	if d.Identity == nil || slices.ContainsFunc(d.Environ, decides) {
		return "", nil
	}
	identity, err := d.Identity(ctx)
	if err != nil || identity == "" {
		return "", err
	}
	files, beyond, err := deploy.Inputs(d.Root(name))
	if err != nil || beyond != "" {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", d.version, identity, files)
	if name != Platform {
		outputs, err := d.Outputs(ctx, Platform)
		if err != nil {
			return "", nil // the plan tells what is wrong with them
		}
		for _, output := range slices.Sorted(maps.Keys(outputs)) {
			fmt.Fprintf(h, "%s %s\n", output, outputs[output])
		}
	}
	return digest.Hex(h), nil
}

// decides reports whether a variable of the environment decides what Terraform
// plans.
func decides(assignment string) bool {
	name, value, _ := strings.Cut(assignment, "=")
	return value != "" && (strings.HasPrefix(name, "TF_VAR_") || strings.HasPrefix(name, "TF_CLI_ARGS") || name == "TF_WORKSPACE")
}

// state returns a root's state, which is empty before the first apply.
func (d *Deployment) state(ctx context.Context, name string) ([]byte, error) {
	states, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	return states.Get(ctx, names.State(name))
}

// proof returns what a root's record proves after an apply of a plan with those
// inputs. Where the state cannot be read, it proves nothing.
func (d *Deployment) proof(ctx context.Context, p deploy.Planned) change.Proof {
	state, err := d.state(ctx, p.Root.Name)
	if err != nil {
		return change.Proof{}
	}
	return change.Proof{Inputs: p.Inputs, State: digest.Bytes(state)}
}
