package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) verifyCommand() *cobra.Command {
	var envName string
	var sample int
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Rebuild elsewhere and compare every digest",
		Long: `verify builds every function again from a copy of the module in another folder, at
another commit, with an empty build cache, with GOFLAGS set and unset, and
compares each digest. The exit code is 1 when one differs. With --sample it builds
so many functions, chosen at random, which is enough to tell of an artifact cache
that lies.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			env, err := p.Config.Environment(envName)
			if err != nil {
				return err
			}
			m, _, err := pipeline.Model(cmd.Context(), p)
			if err != nil {
				return err
			}
			r := a.progress()
			task := r.Start("verify " + env.Name)
			request := pipeline.BuildRequest(p, m.Stacks, env, func(e artifact.Event) { task.Update("%s", pipeline.EventText(e)) })
			request.Functions = sampled(request.Functions, sample)
			compared, err := artifact.Verify(cmd.Context(), artifact.VerifyRequest{Request: request})
			task.Close(err, "%d comparisons", len(compared))
			r.Stop()
			if err != nil {
				return err
			}
			return a.printVerified(compared)
		},
	}
	cmd.Flags().StringVar(&envName, "env", config.Local, "environment whose zips are compared")
	cmd.Flags().IntVar(&sample, "sample", 0, "how many functions to build; 0: all")
	return cmd
}

// sampled returns n of the functions, chosen at random; all where n is 0.
func sampled(all []artifact.Function, n int) []artifact.Function {
	if n <= 0 || n >= len(all) {
		return all
	}
	chosen := slices.Clone(all)
	rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:n]
}

func (a *app) printVerified(compared []artifact.Comparison) error {
	different := 0
	for _, c := range compared {
		if !c.OK {
			different++
		}
	}
	if a.json {
		if err := a.printJSON(map[string]any{"functions": compared}); err != nil {
			return err
		}
	} else if err := a.printComparisons(compared, different); err != nil {
		return err
	}
	if different > 0 {
		return errFindings
	}
	return nil
}

func (a *app) printComparisons(compared []artifact.Comparison, different int) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, c := range compared {
		if !c.OK {
			fmt.Fprintf(w, "%s/%s\t%s\twant %s\tgot %s\n", c.Stack, c.Function, c.Variant, c.Want, c.Got)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%d of %d digests are equal\n", len(compared)-different, len(compared))
	return err
}
