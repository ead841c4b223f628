package main

import (
	"errors"
	"log/slog"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/local/cloudprocess"
	"github.com/seastack/seastack/tools/localcloud"
)

// localcloudCommand is the process that `up` starts and `down` stops.
func (a *app) localcloudCommand() *cobra.Command {
	var dir, region string
	var port int
	var awaitRecord bool
	cmd := &cobra.Command{
		Use:    "localcloud",
		Short:  "Run the local cloud in the foreground",
		Hidden: true,
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if awaitRecord {
				if err := cloudprocess.AwaitRecord(a.stdin); err != nil {
					return err
				}
			}
			cloud, err := localcloud.New(localcloud.Config{
				Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
				Dir:  dir, Region: region, Log: slog.New(slog.NewTextHandler(a.stderr, nil)),
			})
			if err != nil {
				return cloudprocess.Diagnose(err)
			}
			return errors.Join(cloud.Serve(cmd.Context()), cloud.Close())
		},
	}
	cmd.Flags().StringVar(&dir, "dir", ".seastack/local/cloud", "folder of its state")
	cmd.Flags().StringVar(&region, "region", "us-east-1", "region of its ARNs")
	cmd.Flags().BoolVar(&awaitRecord, "await-record", false,
		"start when a byte arrives on standard input, and exit when the input ends before")
	cmd.Flags().IntVar(&port, "port", local.DefaultPort, "port on 127.0.0.1")
	return cmd
}
