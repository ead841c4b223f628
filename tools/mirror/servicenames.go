package mirror

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// serviceNamesFile tells the provider how each service of AWS is called. The
// provider parses it whenever it starts, which takes longer than the rest of its
// start when it is whole; terraform starts the provider three times for a plan.
const serviceNamesFile = "names/data/names_data.hcl"

// cutServiceNames cuts the services that are not kept, and are no part of one that
// is, from the provider's list of names.
func cutServiceNames(src []byte, keep []string) ([]byte, error) {
	parsed, diags := hclsyntax.ParseConfig(src, serviceNamesFile, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	var out strings.Builder
	at, kept := 0, 0
	for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
		if len(b.Labels) != 1 {
			return nil, fmt.Errorf("%s: a block has no name: the provider's source has another layout than expected", serviceNamesFile)
		}
		if slices.Contains(keep, b.Labels[0]) || slices.Contains(keep, literal(b.Body.Attributes["split_package"])) {
			kept++
			continue
		}
		out.Write(src[at:b.TypeRange.Start.Byte])
		for at = b.CloseBraceRange.End.Byte; at < len(src) && src[at] == '\n'; {
			at++
		}
	}
	if kept == 0 {
		return nil, errors.New(serviceNamesFile + " has none of the services: the provider's source has another layout than expected")
	}
	out.Write(src[at:])
	return []byte(out.String()), nil
}

// literal returns the string that an attribute is set to, or nothing.
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String || v.IsNull() {
		return ""
	}
	return v.AsString()
}
