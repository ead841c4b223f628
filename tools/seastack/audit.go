package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) auditCommand() *cobra.Command {
	var f baseFlags
	cmd := &cobra.Command{
		Use:   "audit --base REV",
		Short: "Compare what affected says with a full rebuild of both sides",
		Long: `audit builds every function of a revision and of the worktree anew, and compares
the bytes with what affected says from the inputs alone. It prints how many of the
functions that affected lists have other bytes (precision), and how many of those
with other bytes it lists (recall). The exit code is 1 when it misses one.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.comparison(f)
			if err != nil {
				return err
			}
			r := a.progress()
			defer r.Stop()
			task := r.Start("audit")
			sides, err := a.sides(cmd.Context(), p, f, true)
			var audit change.Audit
			if err == nil {
				audit, err = sides.Audit(cmd.Context(), func(e artifact.Event) { task.Update("%s", pipeline.EventText(e)) })
			}
			task.Close(err, "%d functions", len(audit.Functions))
			r.Stop()
			if err != nil {
				return err
			}
			return a.printAudit(audit)
		},
	}
	f.add(cmd)
	return cmd
}

func (a *app) printAudit(audit change.Audit) error {
	if a.json {
		if err := a.printJSON(audit); err != nil {
			return err
		}
	} else {
		for _, f := range audit.Misses() {
			fmt.Fprintf(a.stdout, "MISSED %s/%s: other bytes, and the same input key\n", f.Stack, f.Function)
		}
		fmt.Fprintf(a.stdout, "%d functions; precision %.2f, recall %.2f\n", len(audit.Functions), audit.Precision, audit.Recall)
	}
	if audit.Missed > 0 {
		return errFindings
	}
	return nil
}
