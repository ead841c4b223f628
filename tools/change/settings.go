package change

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// attribute is a setting of an HCL file.
type attribute struct {
	text string // as written
	line int
}

// attributeChanges returns the attributes that differ between two texts of an
// HCL file: "memory 256 -> 512 in seastack.hcl:31". concerns limits them to
// those in blocks that it holds for; a text that is no HCL has no attributes.
func attributeChanges(file string, before, now []byte, concerns func(blocks []string) bool) (all []string) {
	old, current := attributesOf(before, concerns), attributesOf(now, concerns)
	for _, name := range slices.Sorted(maps.Keys(current)) {
		a, was := current[name], old[name]
		switch {
		case was.text == a.text:
		case was.text == "":
			all = append(all, fmt.Sprintf("%s = %s was added in %s:%d", name, a.text, file, a.line))
		default:
			before, now := differing(was.text, a.text)
			all = append(all, fmt.Sprintf("%s %s -> %s in %s:%d", name, before, now, file, a.line))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, left := current[name]; !left {
			all = append(all, fmt.Sprintf("%s = %s was removed from %s", name, old[name].text, file))
		}
	}
	return all
}

// differing returns two expressions without the arguments at their beginnings and
// ends that are the same: of "coalesce(var.memory, 256)" and one with 512, 256
// and 512.
func differing(before, now string) (string, string) {
	old, current := words(before), words(now)
	for len(old) > 1 && len(current) > 1 && old[0] == current[0] {
		old, current = old[1:], current[1:]
	}
	for len(old) > 1 && len(current) > 1 && old[len(old)-1] == current[len(current)-1] {
		old, current = old[:len(old)-1], current[:len(current)-1]
	}
	return strings.TrimSpace(strings.Join(old, "")), strings.TrimSpace(strings.Join(current, ""))
}

// words splits an expression before and after each parenthesis and comma.
func words(text string) (all []string) {
	for {
		i := strings.IndexAny(text, "(),")
		if i < 0 {
			break
		}
		all = append(all, text[:i], text[i:i+1])
		text = text[i+1:]
	}
	if text != "" || len(all) == 0 {
		all = append(all, text)
	}
	return slices.DeleteFunc(all, func(w string) bool { return w == "" })
}

func attributesOf(text []byte, concerns func([]string) bool) map[string]attribute {
	all := map[string]attribute{}
	parsed, diags := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	if diags.HasErrors() {
		return all
	}
	var walk func(body *hclsyntax.Body, blocks []string)
	walk = func(body *hclsyntax.Body, blocks []string) {
		for _, a := range body.Attributes {
			if concerns(blocks) {
				name := strings.Join(append(slices.Clone(blocks), a.Name), " ")
				value := strings.Join(strings.Fields(string(a.Expr.Range().SliceBytes(text))), " ")
				all[name] = attribute{value, a.Range().Start.Line}
			}
		}
		for _, b := range body.Blocks {
			walk(b.Body, append(append(slices.Clone(blocks), b.Type), b.Labels...))
		}
	}
	walk(parsed.Body.(*hclsyntax.Body), nil)
	return all
}

// concernsFunction reports whether a block of seastack.hcl concerns a function:
// one of no environment, or of an environment as a whole, of its stack, or of
// the function itself.
func concernsFunction(blocks []string, stack, function string) bool {
	for i := 0; i+1 < len(blocks); i++ {
		if blocks[i] == "stack" && blocks[i+1] != stack || blocks[i] == "function" && blocks[i+1] != function {
			return false
		}
	}
	return true
}
