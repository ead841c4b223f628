package change

import (
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/gocmd"
)

func noGit() error {
	return diag.Diagnostic{Code: diag.NoGit, Message: "there is no git command on the PATH",
		Next: "install git, or compare with what is deployed: --base deployed"}
}

func noRepository(dir string) error {
	return diag.Diagnostic{Code: diag.NoRepository, Message: dir + " is not in a git repository",
		Next: "run git init and commit, or compare with what is deployed: --base deployed"}
}

func unknownRevision(rev string, shallow bool) error {
	d := diag.Diagnostic{Code: diag.UnknownRevision, Message: "git knows no revision " + rev,
		Next: "fetch it, or name a commit, a branch or a tag that `git log` shows"}
	if shallow {
		return shallowClone(rev)
	}
	return d
}

func shallowClone(rev string) error {
	return diag.Diagnostic{Code: diag.ShallowClone,
		Message: "this clone is shallow: it lacks the revision " + rev + ", or the history that leads to it",
		Next:    "run git fetch --unshallow, or let the workflow check out with fetch-depth: 0"}
}

func noMergeBase(rev string) error {
	return diag.Diagnostic{Code: diag.NoMergeBase, Message: "HEAD and " + rev + " have no commit in common",
		Next: "name a revision of the same history, or compare with the revision itself: --merge-base=false"}
}

func gitFailed(c gocmd.Command, err error) error {
	return diag.Diagnostic{Code: diag.GitFailed, Message: "git " + strings.Join(c.Args, " ") + " failed",
		Details: strings.Split(strings.TrimSpace(err.Error()), "\n"), Next: "run it in " + c.Dir + " to see more"}
}

func neverDeployed(environment, where string) error {
	return diag.Diagnostic{Code: diag.NeverDeployed, Message: "nothing is recorded of a deployment of the environment " + environment,
		Details: []string{"looked for " + where},
		Next:    "deploy it once with seastack apply or up, or compare with a revision"}
}

func badRecord(where string, err error) error {
	return diag.Diagnostic{Code: diag.BadRecord, Message: "the record of the last deployment cannot be read: " + where,
		Details: []string{err.Error()}, Next: "deploy once more with seastack apply or up, which writes it anew"}
}

func recordsUnusable(where string, err error) error {
	return diag.Diagnostic{Code: diag.RecordsUnusable, Message: "the record of a deployment cannot be read or written: " + where,
		Details: []string{err.Error()}, Next: "see to credentials that may read and write there, as Terraform's backend does"}
}
