package main

import (
	"errors"
	"log/slog"
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/core/profile"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/local/cloudprocess"
	"github.com/seastack/seastack/tools/local/profilekey"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/s3"
)

// localcloudCommand is the process that `up` starts and `down` stops.
func (a *app) localcloudCommand() *cobra.Command {
	var dir, region string
	var mounts []string
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
			key, err := profilekey.Ensure(dir)
			if err != nil {
				return err
			}
			config := localcloud.Config{
				Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
				Dir:  dir, Region: region, Log: slog.New(slog.NewTextHandler(a.stderr, nil)),
				Variables: map[string]string{profile.KeyVariable: key},
			}
			for _, text := range mounts {
				m, err := s3.ParseMount(text)
				if err != nil {
					return usage("--mount: "+err.Error(), "name the bucket, the prefix of its keys and the folder whose files they show")
				}
				config.Mounts = append(config.Mounts, m)
			}
			cloud, err := localcloud.New(config)
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
	cmd.Flags().StringArrayVar(&mounts, "mount", nil, "show a folder's zips as objects: BUCKET/PREFIX=FOLDER (repeatable)")
	cmd.Flags().IntVar(&port, "port", local.DefaultPort, "port on 127.0.0.1")
	return cmd
}
