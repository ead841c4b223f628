package main

import (
	"fmt"
	"go/doc/comment"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/annotation"
)

func (a *app) annotationsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "annotations [VERB]",
		Short: "Explain the annotations, or one of them",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return noArgs(cmd, args[1:])
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return verbNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			verbs := args
			if len(args) == 0 {
				verbs = verbNames()
			}
			return a.printAnnotations(verbs)
		},
	}
}

func verbNames() (names []string) {
	for _, v := range annotation.Verbs() {
		names = append(names, v.Name)
	}
	return names
}

func (a *app) printAnnotations(verbs []string) error {
	var refs []annotation.Reference
	for _, verb := range verbs {
		ref, ok := annotation.Help(verb)
		if !ok {
			return usage("there is no annotation "+verb, "name one of: "+strings.Join(verbNames(), ", "))
		}
		refs = append(refs, ref)
	}
	if a.json {
		return a.printJSON(map[string]any{"annotations": referenceJSON(refs)})
	}
	for _, ref := range refs {
		writeReference(a.stdout, ref)
	}
	return nil
}

// referenceText is the JSON of one annotation.
type referenceText struct {
	Verb      string             `json:"verb"`
	On        string             `json:"on"`
	Example   string             `json:"example"`
	Doc       string             `json:"doc"`
	Arguments []annotation.Field `json:"arguments"`
	Settings  []annotation.Field `json:"settings"`
}

func referenceJSON(refs []annotation.Reference) (out []referenceText) {
	for _, r := range refs {
		out = append(out, referenceText{r.Verb.Name, string(r.Verb.Place), "//seastack:" + r.Verb.Example, r.Doc, r.Arguments, r.Settings})
	}
	return out
}

// writeReference writes an annotation's reference in Markdown, which is also
// what docs/annotations.md holds.
func writeReference(w io.Writer, ref annotation.Reference) {
	fmt.Fprintf(w, "## %s\n\n    //seastack:%s\n\nStands on %s.\n\n%s\n", ref.Verb.Name, ref.Verb.Example, ref.Verb.Place, markdown(ref.Doc))
	writeFields(w, "argument", ref.Arguments)
	writeFields(w, "setting", ref.Settings)
}

func writeFields(w io.Writer, kind string, fields []annotation.Field) {
	if len(fields) == 0 {
		return
	}
	fmt.Fprintf(w, "| %s | |\n|---|---|\n", kind)
	for _, f := range fields {
		fmt.Fprintf(w, "| `%s` | %s |\n", f.Name, strings.Join(strings.Fields(f.Doc), " "))
	}
	fmt.Fprintln(w)
}

// markdown renders the markup of Go's doc comments.
func markdown(text string) string {
	var p comment.Parser
	return string((&comment.Printer{}).Markdown(p.Parse(text)))
}
