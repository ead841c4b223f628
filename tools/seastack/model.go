package main

import (
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) modelCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "model",
		Short: "Print the model of stacks, functions, triggers and grants as JSON",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			m, _, err := pipeline.Model(cmd.Context(), p)
			if err != nil {
				return err
			}
			return a.printJSON(m)
		},
	}
}
