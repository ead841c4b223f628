package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/database"
)

// databaseURL is the variable of a database that has no secret.
const databaseURL = "DATABASE_URL"

// databaseStores are the secrets in whose place a URL may stand.
var databaseStores = []names.Store{names.Database, names.Replica}

// environment returns the variables that a function runs with: those of the deployed
// one, and how it reaches the database from here.
func (r *runner) environment(d deployed) map[string]string {
	all := maps.Clone(d.variables())
	if r.options.DatabaseURL != "" {
		for _, s := range databaseStores {
			if _, ok := all[s.Variable]; ok {
				delete(all, s.Variable)
				all[databaseURL] = r.options.DatabaseURL
			}
		}
	}
	if tunnels := r.tunnelList(); tunnels != "" {
		all[names.DatabaseTunnelsVariable] = tunnels
	}
	if r.options.ReadOnly {
		all[names.DatabaseReadOnlyVariable] = "on"
	}
	return all
}

// place is where a database's server is, as its URL says.
type place struct {
	host string
	port uint16
}

func (s place) String() string { return net.JoinHostPort(s.host, strconv.Itoa(int(s.port))) }

// openTunnels opens a tunnel to each server that the functions connect to.
func (r *runner) openTunnels(ctx context.Context) (err error) {
	command := r.options.Environment.Tunnel
	if len(command) == 0 {
		return nil
	}
	task := r.options.Report.Start("tunnel")
	defer func() { task.Close(err, "%d servers", len(r.tunnels)) }()
	for _, d := range r.functions {
		servers, err := r.servers(ctx, d)
		if err != nil {
			return err
		}
		for _, s := range servers {
			if r.tunnels[s] != nil {
				continue
			}
			t, err := database.StartTunnel(ctx, command, s.host, s.port)
			if err != nil {
				return err
			}
			r.tunnels[s] = t
		}
	}
	return nil
}

// servers returns the servers in the secrets that a function reads, with the function's
// own rights.
func (r *runner) servers(ctx context.Context, d deployed) (all []place, err error) {
	for _, s := range names.Stores() {
		arn := d.variables()[s.Variable]
		if arn == "" || r.options.DatabaseURL != "" && slices.ContainsFunc(databaseStores, func(o names.Store) bool { return o == s }) {
			continue
		}
		out, err := secretsmanager.NewFromConfig(d.role).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
		if err != nil {
			return nil, diag.Diagnostic{Code: diag.NoDatabaseURL, Message: d.id() + " cannot read the secret " + arn, Details: []string{lastCause(err)},
				Next: "put " + s.URLs + " there, or give --database-url"}
		}
		found, err := serversOf(aws.ToString(out.SecretString))
		if err != nil {
			return nil, diag.Diagnostic{Code: diag.NoDatabaseURL, Message: "the secret " + arn + " is of no use: " + err.Error(),
				Next: "docs/configuration.md says what the secret holds"}
		}
		all = append(all, found...)
	}
	return all, nil
}

// serversOf returns the servers of the URLs that functions connect to, in the value of a
// secret. Errors never hold the value.
func serversOf(secret string) (all []place, err error) {
	var members map[string]any
	if json.Unmarshal([]byte(secret), &members) != nil {
		return nil, errors.New("it is no JSON object")
	}
	for _, name := range []string{names.Database.Member, names.Replica.Member, names.Analytics.Member} {
		url, ok := members[name].(string)
		if !ok || url == "" {
			continue
		}
		cfg, err := pgx.ParseConfig(url)
		if err != nil {
			return nil, fmt.Errorf("%q is no URL of PostgreSQL", name)
		}
		all = append(all, place{cfg.Host, cfg.Port})
		for _, f := range cfg.Fallbacks {
			all = append(all, place{f.Host, f.Port})
		}
	}
	return all, nil
}

// tunnelList returns the tunnels as core/db reads them.
func (r *runner) tunnelList() string {
	var pairs []string
	for s, t := range r.tunnels {
		pairs = append(pairs, s.String()+"="+t.Address)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}

// tunnelEnds returns a channel that gets the error of the first tunnel that ends.
func (r *runner) tunnelEnds() <-chan error {
	ended := make(chan error, len(r.tunnels))
	for s, t := range r.tunnels {
		go func() {
			<-t.Ended
			failed := diag.Findings(t.Failure("the command has ended"))[0]
			ended <- diag.Diagnostic{Code: diag.TunnelEnded, Message: "the tunnel to " + s.String() + " has ended, and the functions with it",
				Details: append([]string{failed.Message}, failed.Details...), Next: "run the command again; " + failed.Next}
		}()
	}
	return ended
}

func (r *runner) closeTunnels() {
	for _, t := range r.tunnels {
		t.Stop()
	}
}
