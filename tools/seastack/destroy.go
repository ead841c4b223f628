package main

import (
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/local"
)

// addAllowDestroy adds the flag that names what may be destroyed. The shell
// completes it with what the environment local has.
func (a *app) addAllowDestroy(cmd *cobra.Command, names *[]string) {
	const flag = "allow-destroy"
	cmd.Flags().StringArrayVar(names, flag, nil,
		"destroy or replace this too, though it holds data or an address: its `address` in the plan, or its name on AWS (repeatable)")
	_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.heldAddresses(), cobra.ShellCompDirectiveNoFileComp
	}) // fails only for a flag that is not there
}

// heldAddresses returns what local.Held returns, for a completion, which has
// nowhere to report an error.
func (a *app) heldAddresses() []string {
	p, err := a.project()
	if err != nil {
		return nil
	}
	return local.Held(p)
}
