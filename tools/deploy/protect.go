package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/seastack/seastack/gen/diag"
)

// liftedFile is the file of a module that lifts its prevent_destroy. Terraform
// merges files that end so over the others:
// https://developer.hashicorp.com/terraform/language/files/override
const liftedFile = "seastack_lifted_override.tf"

// Lift lifts prevent_destroy from a module's resources until restore is called:
// Terraform takes literals only there. What a plan may destroy is then for the
// caller to decide. A module that has none is left as it is.
func Lift(moduleDir string) (restore func() error, err error) {
	protected, err := protectedResources(moduleDir)
	if err != nil || len(protected) == 0 {
		return func() error { return nil }, err
	}
	var b strings.Builder
	b.WriteString("# Written by seastack while it plans, and removed by it: delete this file if you find it.\n")
	for _, r := range protected {
		fmt.Fprintf(&b, "\nresource %q %q {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n", r[0], r[1])
	}
	return func() error { return Restore(moduleDir) }, os.WriteFile(filepath.Join(moduleDir, liftedFile), []byte(b.String()), 0o644)
}

// Restore puts a module's prevent_destroy back, where a command that was
// killed has lifted it.
func Restore(moduleDir string) error {
	if err := os.Remove(filepath.Join(moduleDir, liftedFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// protectedResources returns type and name of each resource of a module that
// has prevent_destroy.
func protectedResources(moduleDir string) (all [][]string, err error) {
	files, err := filepath.Glob(filepath.Join(moduleDir, "*.tf"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, fmt.Errorf("%s: %w", file, diags)
		}
		for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
			if b.Type == "resource" && len(b.Labels) == 2 && preventsDestroy(b.Body) {
				all = append(all, b.Labels)
			}
		}
	}
	return all, nil
}

func preventsDestroy(resource *hclsyntax.Body) bool {
	for _, b := range resource.Blocks {
		if a, ok := b.Body.Attributes["prevent_destroy"]; ok && b.Type == "lifecycle" {
			v, diags := a.Expr.Value(nil)
			return !diags.HasErrors() && v.RawEquals(cty.True)
		}
	}
	return false
}

// Refusal is the finding about a resource that a plan destroys and that nobody
// has named; state tells what is known of what it holds, and may be empty.
func (r Resource) Refusal(root, state string) diag.Diagnostic {
	d := diag.Diagnostic{
		Code: diag.DestroyRefused, Message: root + ": " + r.Address + " would be destroyed, which holds " + r.Holds,
		Next: "bring back what declared it, or name it to destroy it: --allow-destroy " + quoted(r.Address),
	}
	if r.Name != "" {
		d.Details = append(d.Details, "on AWS: "+r.Name)
	}
	if state != "" {
		d.Details = append(d.Details, state)
	}
	return d
}

// quoted returns an address as a shell takes it: a key of for_each has quotes.
func quoted(address string) string {
	if strings.ContainsAny(address, `"[]`) {
		return "'" + address + "'"
	}
	return address
}

// Named reports whether one of names is the resource's address or its name on AWS.
func (r Resource) Named(names []string) bool {
	for _, n := range names {
		if n == r.Address || n == r.Name && n != "" {
			return true
		}
	}
	return false
}
