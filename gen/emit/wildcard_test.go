package emit_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// exempt are the wildcards that statements may have in their resources, by what ends
// the resource, and the actions that may have them, each with AWS's page on why there
// is nothing narrower. Any other action has whole ARNs.
var exempt = map[string][]struct{ action, page string }{
	// These have no resource types at all.
	"*": {
		{"xray:PutTelemetryRecords", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html"},
		{"xray:PutTraceSegments", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html"},
		{"ec2:DescribeNetworkInterfaces", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"},
		{"ec2:DescribeSubnets", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"},
		// Lambda makes and deletes the interfaces, whose names nobody knows before, and
		// asks for these without a resource; a second statement denies them to code.
		{"ec2:AssignPrivateIpAddresses", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"},
		{"ec2:CreateNetworkInterface", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"},
		{"ec2:DeleteNetworkInterface", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"},
		{"ec2:UnassignPrivateIpAddresses", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"},
	},
	// The streams of one log group, which Lambda names.
	":*": {
		{"logs:CreateLogStream", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html"},
		{"logs:PutLogEvents", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html"},
	},
	// The objects of one bucket, or below one prefix: their keys are made at run time.
	"/*": {
		{"s3:AbortMultipartUpload", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
		{"s3:DeleteObject", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
		{"s3:GetObject", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
		{"s3:PutObject", "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"},
	},
	// The six characters that Secrets Manager adds to the name of one secret.
	"-??????": {
		{"secretsmanager:GetSecretValue", "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html"},
	},
}

// TestNoWildcards holds the statements of all goldens and of this repository's own
// Terraform to exact resources: no action but those above has a wildcard.
func TestNoWildcards(t *testing.T) {
	seen, used := 0, map[string]bool{}
	for _, tree := range []string{"testdata", "../../terraform"} {
		for _, dir := range modules(t, tree) {
			m := parseModule(t, dir)
			for _, s := range m.statements() {
				seen++
				for _, problem := range m.wildcards(s, used) {
					t.Errorf("%s: %s", s.Range(), problem)
				}
			}
		}
	}
	if seen < 100 {
		t.Fatalf("%d statements; are these the goldens?", seen)
	}
	for end, actions := range exempt {
		for _, a := range actions {
			if !used[a.action+end] {
				t.Errorf("nothing needs %s on %q any more", a.action, end)
			}
		}
	}
}

// TestWildcardsAreFound breaks the rule in each way.
func TestWildcardsAreFound(t *testing.T) {
	dir := t.TempDir()
	source := `
locals {
  many   = "arn:aws:sqs:us-east-1:1:*"
  actions = ["sqs:SendMessage"]
  right  = { Effect = "Allow", Action = "logs:PutLogEvents", Resource = "${var.group}:*" }
  denied = { Effect = "Deny", Action = "*", Resource = "*" }
  a = { Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }
  b = { Effect = "Allow", Action = local.actions, Resource = [var.one, local.many] }
  c = { Effect = "Allow", Action = ["sqs:*"], Resource = var.one }
  d = { Effect = "Allow", Action = "logs:PutLogEvents", Resource = "*" }
  e = { Effect = "Allow", Action = var.actions, Resource = "${var.one}/*" }
  f = { Effect = "Allow", NotAction = "sqs:SendMessage", Resource = var.one }
  g = { Effect = "Allow", Action = "sqs:SendMessage", NotResource = var.one }
}
`
	if err := os.WriteFile(filepath.Join(dir, "x.gen.tf"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	m := parseModule(t, dir)
	var lines []int
	for _, s := range m.statements() {
		if len(m.wildcards(s, map[string]bool{})) > 0 {
			lines = append(lines, s.Range().Start.Line)
		}
	}
	if want := []int{7, 8, 9, 10, 11, 12, 13}; !slices.Equal(lines, want) {
		t.Errorf("found in the lines %v, want %v", lines, want)
	}
}

// modules returns the folders below dir that have generated Terraform.
func modules(t *testing.T, dir string) (dirs []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".gen.tf") && !slices.Contains(dirs, filepath.Dir(path)) {
			dirs = append(dirs, filepath.Dir(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// module is the syntax of a Terraform module, with its local values by name.
type module struct {
	bodies []*hclsyntax.Body
	locals map[string]hclsyntax.Expression
}

func parseModule(t *testing.T, dir string) module {
	t.Helper()
	m := module{locals: map[string]hclsyntax.Expression{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.gen.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, ds := hclsyntax.ParseConfig(source, file, hcl.InitialPos)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		body := parsed.Body.(*hclsyntax.Body)
		m.bodies = append(m.bodies, body)
		for _, block := range body.Blocks {
			if block.Type == "locals" {
				for name, a := range block.Body.Attributes {
					m.locals[name] = a.Expr
				}
			}
		}
	}
	return m
}

// statements returns the objects that are statements of policies, in order.
func (m module) statements() (all []*hclsyntax.ObjectConsExpr) {
	for _, body := range m.bodies {
		_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
			if o, ok := n.(*hclsyntax.ObjectConsExpr); ok && member(o, "Effect") != nil {
				all = append(all, o)
			}
			return nil
		})
	}
	slices.SortFunc(all, func(a, b *hclsyntax.ObjectConsExpr) int { return strings.Compare(place(a), place(b)) })
	return all
}

func place(o *hclsyntax.ObjectConsExpr) string {
	return fmt.Sprintf("%s:%08d", o.Range().Filename, o.Range().Start.Byte)
}

func member(o *hclsyntax.ObjectConsExpr, name string) hclsyntax.Expression {
	for _, item := range o.Items {
		if hcl.ExprAsKeyword(item.KeyExpr) == name {
			return item.ValueExpr
		}
	}
	return nil
}

// wildcards returns what is too wide in a statement, and notes the exemptions that it
// uses. The roles' own trust, which has no resource, is none of it.
func (m module) wildcards(s *hclsyntax.ObjectConsExpr, used map[string]bool) (problems []string) {
	if slices.Contains(m.texts(member(s, "Effect")), "Deny") {
		return nil
	}
	for _, name := range []string{"NotAction", "NotResource", "NotPrincipal"} {
		if member(s, name) != nil {
			problems = append(problems, "allows with "+name+", which is all but what it names")
		}
	}
	actions := m.texts(member(s, "Action"))
	for _, action := range actions {
		if strings.ContainsAny(action, "*?") {
			problems = append(problems, "allows the actions "+action)
		}
	}
	for _, text := range m.texts(member(s, "Resource")) {
		at := strings.IndexAny(text, "*?")
		if at < 0 {
			continue
		}
		end := text[max(0, at-1):]
		if len(actions) == 0 {
			problems = append(problems, "allows unknown actions on "+text)
		}
		for _, action := range actions {
			used[action+end] = true
			if !isExempt(action, end) {
				problems = append(problems, fmt.Sprintf("allows %s on what ends in %s", action, text))
			}
		}
	}
	return problems
}

func isExempt(action, end string) bool {
	for _, e := range exempt[end] {
		if e.action == action && strings.HasPrefix(e.page, "https://docs.aws.amazon.com/") {
			return true
		}
	}
	return false
}

// texts returns the literal texts of an expression, with those of the local values
// that it refers to.
func (m module) texts(e hclsyntax.Expression) (all []string) {
	if e == nil {
		return nil
	}
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.LiteralValueExpr:
			if v, ds := n.Value(nil); !ds.HasErrors() && !v.IsNull() && v.Type().FriendlyName() == "string" {
				all = append(all, v.AsString())
			}
		case *hclsyntax.ScopeTraversalExpr:
			if n.Traversal.RootName() == "local" && len(n.Traversal) > 1 {
				if name, ok := n.Traversal[1].(hcl.TraverseAttr); ok {
					all = append(all, m.texts(m.locals[name.Name])...)
				}
			}
		}
		return nil
	})
	return all
}
