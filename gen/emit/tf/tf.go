// Package tf writes Terraform files the way `terraform fmt` leaves them. It knows
// HCL's syntax and nothing of AWS or of Seastack's model.
package tf

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/seastack/seastack/gen/emit/output"
)

// File is one .tf file in the making. The zero value is not usable; see New.
type File struct{ file *hclwrite.File }

// New starts a file with the mark of generated files and, where it is not
// empty, a comment on what the file is.
func New(about string) *File {
	f := &File{file: hclwrite.NewEmptyFile()}
	f.comment(output.TerraformHeader[len("# "):])
	if about != "" {
		f.file.Body().AppendNewline()
		f.comment(about)
	}
	return f
}

// Comment puts lines of comment before the next block.
func (f *File) Comment(text string) {
	f.file.Body().AppendNewline()
	f.comment(text)
}

func (f *File) comment(text string) { comment(f.file.Body(), text) }

// Block adds a block, with an empty line before it.
func (f *File) Block(kind string, labels ...string) *Body {
	f.file.Body().AppendNewline()
	return f.Attached(kind, labels...)
}

// Attached adds a block that follows its comment at once.
func (f *File) Attached(kind string, labels ...string) *Body {
	return &Body{body: f.file.Body().AppendNewBlock(kind, labels).Body()}
}

// Empty adds a block without content, with an empty line before it.
func (f *File) Empty(kind string, labels ...string) {
	text := "\n" + kind
	for _, label := range labels {
		text += " " + Literal(label)
	}
	f.file.Body().AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(text + " {}\n")}})
}

// Bytes returns the formatted file.
func (f *File) Bytes() []byte { return hclwrite.Format(f.file.Bytes()) }

// Body is the inside of a block.
type Body struct {
	body  *hclwrite.Body
	lines int // entries so far
}

// Set sets an argument to a literal value: a string, an int or a bool.
func (b *Body) Set(name string, value any) { b.Expr(name, "%s", Literal(value)) }

// Expr sets an argument to an expression, in HCL's own syntax. Whatever comes
// from a user goes through Literal first.
func (b *Body) Expr(name, format string, args ...any) {
	// One token with all of the source: Bytes reads it again to format it.
	b.body.SetAttributeRaw(name, hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: fmt.Appendf(nil, format, args...)}})
	b.lines++
}

// Block adds a nested block, with an empty line before it unless it comes first.
func (b *Body) Block(kind string, labels ...string) *Body {
	b.Gap()
	b.lines++
	return &Body{body: b.body.AppendNewBlock(kind, labels).Body()}
}

// Gap puts an empty line between what was and what comes.
func (b *Body) Gap() {
	if b.lines > 0 {
		b.body.AppendNewline()
	}
}

// Keep makes a resource be created before what it takes the place of, and be
// destroyed only when nothing leads to it any more. It returns the block
// "lifecycle". Terraform keeps the flag in the state, so that it also governs
// what the module no longer has: a renamed function goes after its route has
// been pointed to the new one. All resources that a route, a mapping or a
// schedule depends on need it.
// https://developer.hashicorp.com/terraform/language/meta-arguments#create_before_destroy
func (b *Body) Keep() *Body {
	lifecycle := b.Block("lifecycle")
	lifecycle.Set("create_before_destroy", true)
	return lifecycle
}

// Comment puts lines of comment before the next argument.
func (b *Body) Comment(text string) { comment(b.body, text) }

// comment writes each line of the text behind a "#".
func comment(body *hclwrite.Body, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		body.AppendUnstructuredTokens(hclwrite.Tokens{
			{Type: hclsyntax.TokenComment, Bytes: []byte(strings.TrimRight("# "+line, " ") + "\n")},
		})
	}
}

// Literal returns the HCL of a string, an int, a bool or a list of strings.
func Literal(value any) string {
	switch v := value.(type) {
	case string:
		return string(hclwrite.TokensForValue(cty.StringVal(v)).Bytes())
	case []string:
		words := make([]string, len(v))
		for i, s := range v {
			words[i] = Literal(s)
		}
		return "[" + strings.Join(words, ", ") + "]"
	default:
		return fmt.Sprint(v)
	}
}

// JSON returns the HCL of a JSON text, which must be valid.
func JSON(text string) string {
	t, err := ctyjson.ImpliedType([]byte(text))
	if err != nil {
		panic(err)
	}
	v, err := ctyjson.Unmarshal([]byte(text), t)
	if err != nil {
		panic(err)
	}
	return string(hclwrite.TokensForValue(v).Bytes())
}

// Item is one entry of an object.
type Item struct {
	Comment string // lines before the entry; may be empty
	Key     string
	Value   string // an expression
}

// Object returns an object with one entry a line, in the order given.
func Object(items ...Item) string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, item := range items {
		if item.Comment != "" {
			b.WriteString("# " + strings.ReplaceAll(item.Comment, "\n", "\n# ") + "\n")
		}
		b.WriteString(Key(item.Key) + " = " + item.Value + "\n")
	}
	b.WriteString("}")
	return b.String()
}

// Members returns an object with a member for each name.
func Members(names []string, value func(name string) string) string {
	items := make([]Item, len(names))
	for i, name := range names {
		items[i] = Item{Key: name, Value: value(name)}
	}
	return Object(items...)
}

// Key returns an object's key: bare where HCL can read it so.
func Key(name string) string {
	if hclsyntax.ValidIdentifier(name) {
		return name
	}
	return Literal(name)
}

// List returns a list with one element a line.
func List(elements ...string) string {
	return "[\n" + strings.Join(elements, ",\n") + ",\n]"
}

// Call returns a call, or a type, whose one argument is an object: "object({...})".
func Call(name string, items ...Item) string { return name + "(" + Object(items...) + ")" }
