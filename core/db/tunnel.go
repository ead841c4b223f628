package db

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Variables of functions that run on a developer's machine; seastack run sets them.
const (
	// tunnelsVariable says where tunnels to servers begin, with commas between them:
	// db.example.com:5432=127.0.0.1:40001.
	tunnelsVariable = "SEASTACK_DATABASE_TUNNELS"
	// readOnlyVariable is "on" where all sessions are to be read-only.
	readOnlyVariable = "SEASTACK_DATABASE_READ_ONLY"
)

// throughTunnels makes connections to servers that have a tunnel go through it. The name
// that TLS verifies stays that of the server.
func throughTunnels(cfg *pgx.ConnConfig) error {
	text := os.Getenv(tunnelsVariable)
	if text == "" {
		return nil
	}
	local, hosts := map[string]string{}, map[string]bool{}
	for pair := range strings.SplitSeq(text, ",") {
		server, begin, _ := strings.Cut(pair, "=")
		host, _, err := net.SplitHostPort(server)
		if err != nil {
			return fmt.Errorf("database: %s: %w", tunnelsVariable, err)
		}
		local[server], hosts[host] = begin, true
	}
	lookup, dial := cfg.LookupFunc, cfg.DialFunc
	cfg.LookupFunc = func(ctx context.Context, host string) ([]string, error) {
		if hosts[host] { // this machine may not know the name
			return []string{host}, nil
		}
		return lookup(ctx, host)
	}
	cfg.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if begin, ok := local[address]; ok {
			return dial(ctx, "tcp", begin)
		}
		return dial(ctx, network, address)
	}
	return nil
}
