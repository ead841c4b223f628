package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Output is an output of a root that a plan changes.
type Output struct {
	Name    string
	Value   any // without what is known only after the apply; nil where the output goes
	Unknown any // of the same shape: true where a value is known only after the apply
	Deleted bool
}

// changedOutputs returns the outputs that a plan changes, by name.
func changedOutputs(plan *tfjson.Plan) (all []Output) {
	for _, name := range slices.Sorted(maps.Keys(plan.OutputChanges)) {
		c := plan.OutputChanges[name]
		if c != nil && !c.Actions.NoOp() {
			all = append(all, Output{Name: name, Value: c.After, Unknown: c.AfterUnknown, Deleted: c.Actions.Delete()})
		}
	}
	return all
}

// plannedResources returns the managed resources that are there once a plan is applied.
func plannedResources(plan *tfjson.Plan) (all []Resource) {
	if plan.PlannedValues == nil {
		return nil
	}
	var walk func(*tfjson.StateModule)
	walk = func(m *tfjson.StateModule) {
		if m == nil {
			return
		}
		for _, r := range m.Resources {
			if r.Mode == tfjson.ManagedResourceMode {
				all = append(all, Resource{Address: r.Address, Type: r.Type, Name: awsName(nil, r.AttributeValues), Values: r.AttributeValues})
			}
		}
		for _, child := range m.ChildModules {
			walk(child)
		}
	}
	walk(plan.PlannedValues.RootModule)
	return all
}

// Fill returns an output's value with fill's answer in each place that is known
// only after the apply; path leads there: "queues.jobs.arn".
func (o Output) Fill(fill func(path string) string) any {
	return fillIn(o.Name, o.Value, o.Unknown, fill)
}

func fillIn(path string, value, unknown any, fill func(string) string) any {
	switch u := unknown.(type) {
	case bool:
		if u {
			return fill(path)
		}
	case map[string]any:
		filled := maps.Clone(attributes(value))
		if filled == nil {
			filled = map[string]any{}
		}
		for name, part := range u {
			filled[name] = fillIn(member(path, name), filled[name], part, fill)
		}
		return filled
	case []any:
		list, _ := value.([]any)
		filled := make([]any, max(len(list), len(u)))
		copy(filled, list)
		for i, part := range u {
			filled[i] = fillIn(fmt.Sprintf("%s[%d]", path, i), filled[i], part, fill)
		}
		return filled
	}
	return value
}

// remoteOutput matches what a root reads of another root's outputs.
var remoteOutput = regexp.MustCompile(`data\.terraform_remote_state\.(\w+)\.outputs\.(\w+)`)

// Reads returns the names of the outputs that a root reads from the state of
// another root.
func Reads(r Root, other string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(r.Dir, "*.tf"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range remoteOutput.FindAllStringSubmatch(string(src), -1) {
			if m[1] == other {
				names = append(names, m[2])
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Provisional makes a copy of a root that reads the given outputs in the place
// of another root's state. It stands beside the root, so that relative paths
// lead where they led, and shares what an init has made. The root itself stays
// as it is: whatever happens to this process, nobody applies a provisional
// value. remove removes the copy.
func Provisional(r Root, other string, outputs map[string]any) (copied Root, remove func() error, err error) {
	copied = Root{Name: r.Name, Dir: filepath.Join(filepath.Dir(r.Dir), "."+r.Name+".provisional")}
	remove = func() error { return os.RemoveAll(copied.Dir) } // links are removed, not followed
	if err := remove(); err != nil {
		return copied, remove, err
	}
	if err := os.MkdirAll(copied.Dir, 0o700); err != nil {
		return copied, remove, err
	}
	if err := copyRoot(r.Dir, copied.Dir); err != nil {
		return copied, remove, err
	}
	state := filepath.Join(copied.Dir, "provisional.tfstate")
	content, err := provisionalState(outputs)
	if err != nil {
		return copied, remove, err
	}
	for file, content := range map[string]string{
		state: content, filepath.Join(copied.Dir, ".gitignore"): "*\n",
		filepath.Join(copied.Dir, "provisional_override.tf"): fmt.Sprintf(
			"data \"terraform_remote_state\" %q {\n  backend = \"local\"\n  config = {\n    path = \"${path.module}/provisional.tfstate\"\n  }\n}\n", other),
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			return copied, remove, err
		}
	}
	return copied, remove, nil
}

// copyRoot copies a root's files and links its folders.
func copyRoot(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		source, target := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if e.IsDir() {
			err = os.Symlink(source, target)
		} else if !strings.HasSuffix(e.Name(), ".tfstate") && !strings.HasSuffix(e.Name(), ".backup") {
			var content []byte
			if content, err = os.ReadFile(source); err == nil {
				err = os.WriteFile(target, content, 0o600)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// provisionalState returns a state that has nothing but outputs.
func provisionalState(outputs map[string]any) (string, error) {
	type output struct {
		Value any `json:"value"`
		Type  any `json:"type"`
	}
	all := map[string]output{}
	for name, v := range outputs {
		all[name] = output{v, typeOf(v)}
	}
	raw, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "provisional", "outputs": all, "resources": []any{},
	})
	return string(raw), err
}

// typeOf returns the type of a JSON value, as Terraform's states write types.
func typeOf(v any) any {
	switch x := v.(type) {
	case string:
		return "string"
	case bool:
		return "bool"
	case float64, json.Number:
		return "number"
	case map[string]any:
		members := map[string]any{}
		for name, member := range x {
			members[name] = typeOf(member)
		}
		return []any{"object", members}
	case []any:
		elements := make([]any, len(x))
		for i, e := range x {
			elements[i] = typeOf(e)
		}
		return []any{"tuple", elements}
	}
	return "dynamic"
}
