package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/project"
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

// heldAddresses is held for a completion, which has nobody to tell of an error.
func (a *app) heldAddresses() []string {
	p, err := a.project()
	if err != nil {
		return nil
	}
	return held(p)
}

// held returns the addresses in the local states of what holds data or an
// address, sorted.
func held(p project.Project) (all []string) {
	files, _ := filepath.Glob(p.StateFile("*"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err == nil {
			all = append(all, deploy.HeldIn(raw)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inspect asks the local cloud what a resource holds. Only queues can be empty:
// an API's URL and a secret are there or not.
func (l laptop) inspect(ctx context.Context, r deploy.Resource) (empty bool, state string, err error) {
	url, _ := r.Values["url"].(string)
	if r.Type != "aws_sqs_queue" || url == "" {
		return false, "", nil
	}
	cfg, err := l.awsConfig(ctx)
	if err != nil {
		return false, "", err
	}
	return inspectQueue(ctx, sqs.NewFromConfig(cfg), url)
}

// inspectQueue reports whether a queue has no message: visible, in flight or
// delayed. A queue that is gone has none.
func inspectQueue(ctx context.Context, client *sqs.Client, url string) (empty bool, state string, err error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	var none *types.QueueDoesNotExist
	if errors.As(err, &none) {
		return true, "", nil
	}
	if err != nil {
		return false, "", err
	}
	var counts [3]int
	for i, name := range []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	} {
		if counts[i], err = strconv.Atoi(out.Attributes[string(name)]); err != nil {
			return false, "", fmt.Errorf("the attribute %s of %s: %w", name, url, err)
		}
	}
	state = fmt.Sprintf("it has messages: %d visible, %d in flight, %d delayed", counts[0], counts[1], counts[2])
	return counts == [3]int{}, state, nil
}

// loss tells what a purge removes: what holds data or an address in the local
// cloud, and the database.
func (l laptop) loss() []string {
	all := held(l.project)
	if _, err := os.Stat(l.postgresOptions().Dir); err == nil {
		all = append(all, "the rows of the private PostgreSQL")
	}
	return all
}
