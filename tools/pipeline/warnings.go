package pipeline

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/seastack/seastack/gen/commit"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/tools/project"
)

// warnings returns what is no error, and yet may not be what is meant.
func warnings(ctx context.Context, p project.Project, c commit.Changes) diag.List {
	list := load.Ignored(p.Root, os.Getenv)
	if len(c.Write) == 0 { // whoever wrote the files has been told
		return list
	}
	if hidden := hiddenByGit(ctx, p.Root, c.Written()); len(hidden) > 0 {
		list = append(list, diag.Diagnostic{
			Code: diag.IgnoredByGit, Message: "generated files are hidden by a .gitignore, so that nobody reviews them and a clone lacks them",
			Details: hidden, Next: "see which rule it is with: git check-ignore -v FILE; generated files are meant to be committed",
		})
	}
	return list
}

// checkIgnoreCommand reads paths and prints those that git ignores.
func checkIgnoreCommand() []string { return []string{"git", "check-ignore", "--stdin", "-z"} }

// hiddenByGit returns the files that git ignores and does not track; none where
// there is no git or no repository.
func hiddenByGit(ctx context.Context, root string, files []string) []string {
	args := checkIgnoreCommand()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Stdin = root, strings.NewReader(strings.Join(files, "\x00")+"\x00")
	out, err := cmd.Output()
	if err != nil { // 1: none of them is ignored
		return nil
	}
	var hidden []string
	for name := range bytes.SplitSeq(bytes.TrimSuffix(out, []byte{0}), []byte{0}) {
		hidden = append(hidden, string(name))
	}
	return hidden
}
