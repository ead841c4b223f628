// Package entrypoint writes the main.go of each function: the constructor chain
// as ordinary calls, and the handler behind the adapter that fits it. It knows
// Go's syntax and the model, and nothing of AWS or of Go's type checker.
package entrypoint

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"path"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// functionPackage has the adapters that entrypoints call, in any module.
const functionPackage = "github.com/seastack/seastack/core/function"

// Files returns one main.go for each function.
func Files(m model.Model, c config.Config) ([]output.File, error) {
	var files []output.File
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			content, err := source(m.Module, f, keepsVariables(c, s, f))
			if err != nil {
				return nil, fmt.Errorf("entrypoint of %s/%s: %w", s.Name, f.Name, err)
			}
			files = append(files, output.File{Path: path.Join(f.Entrypoint, "main.go"), Content: content})
		}
	}
	return files, nil
}

// variablesPackage reads the values of environment variables that are kept elsewhere.
const variablesPackage = "github.com/seastack/seastack/core/variables"

// keepsVariables reports whether a function has, in some environment, a variable whose
// value is kept elsewhere.
func keepsVariables(c config.Config, s model.Stack, f model.Function) bool {
	for _, e := range c.Environments {
		for _, v := range e.Variables(s.Name, f.Name) {
			if v.Kept() != "" {
				return true
			}
		}
	}
	return false
}

// source returns a function's main.go; kept says that it reads variables first.
func source(module string, f model.Function, kept bool) ([]byte, error) {
	if f.Handler.Receiver != "" && len(f.Wiring) == 0 {
		return nil, fmt.Errorf("nothing makes the receiver %s", f.Handler.Receiver)
	}
	im := collect(f, kept)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n%s\npackage main\n\n", output.GoHeader, doc(f))
	im.write(&b, module)
	b.WriteString("func main() {\n")
	if kept || usesContext(f) {
		b.WriteString("\tctx := context.Background()\n")
	}
	if kept {
		fmt.Fprintf(&b, "\t%s.Must(%s.Resolve(ctx))\n", im.name(functionPackage), im.name(variablesPackage))
	}
	for _, step := range f.Wiring {
		fmt.Fprintf(&b, "\t%s := %s\n", step.Var, call(im, step))
	}
	start := "Start"
	if f.Trigger.Stream != nil {
		start = "StartStream"
	}
	fmt.Fprintf(&b, "\t%s.%s(%s)\n}\n", im.name(functionPackage), start, adapted(im, f))
	return format.Source(b.Bytes())
}

// doc says what the command runs and what starts it.
func doc(f model.Function) string {
	return fmt.Sprintf("// Command %s runs %s %s.", f.Name, names.Handler(f.Handler), names.StartedBy(f.Trigger))
}

func usesContext(f model.Function) bool {
	for _, step := range f.Wiring {
		for _, arg := range step.Args {
			if arg.Context {
				return true
			}
		}
	}
	return false
}

// call returns one step of the wiring: "function.Must(db.OpenPrimary(ctx))".
func call(im *imports, step model.Step) string {
	c := im.name(step.Package) + "." + step.Func + typeArgs(im, step.TypeArgs) + "(" + args(step.Args) + ")"
	if step.Err {
		return im.name(functionPackage) + ".Must(" + c + ")"
	}
	return c
}

func typeArgs(im *imports, types []model.TypeRef) string {
	if len(types) == 0 {
		return ""
	}
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = t.Of + t.Name
		if t.Package != "" {
			words[i] = t.Of + im.name(t.Package) + "." + t.Name
		}
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func args(as []model.Arg) string {
	words := make([]string, len(as))
	for i, a := range as {
		switch {
		case a.Context:
			words[i] = "ctx"
		case a.String != nil:
			words[i] = strconv.Quote(*a.String)
		default:
			words[i] = a.Var
		}
	}
	return strings.Join(words, ", ")
}

// adapted returns the handler in its adapter: "function.HTTP(handler.Create)".
func adapted(im *imports, f model.Function) string {
	owner := im.name(f.Handler.Package)
	if f.Handler.Receiver != "" {
		owner = f.Wiring[len(f.Wiring)-1].Var
	}
	function := im.name(functionPackage)
	options := ""
	if status := otherStatus(f); status != 0 {
		options = fmt.Sprintf(", %s.Status(%d)", function, status)
	}
	return fmt.Sprintf("%s.%s(%s.%s%s)", function, f.Handler.Adapter, owner, f.Handler.Name, options)
}

// otherStatus returns the status of success where it is not the adapter's own.
func otherStatus(f model.Function) int {
	own := names.Status(f.Handler.Adapter)
	if f.Trigger.HTTP == nil || own == 0 || cmp.Or(f.Trigger.HTTP.Status, own) == own {
		return 0
	}
	return f.Trigger.HTTP.Status
}
