package db

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seastack/seastack/core/telemetry"
)

// role is which of the handles a connection serves, or that it is a tool's.
type role string

const (
	primaryRole   role = "primary"
	replicaRole   role = "replica"
	analyticsRole role = "analytics"
	ownerRole     role = "owner"
)

const (
	// maxConns is how many connections an instance holds. Lambda allows an
	// instance one request at a time, so one would do, but for a handler that
	// asks something while it still reads rows or holds a transaction: with a
	// single connection it would wait for itself. The second is opened when it
	// is first needed, which for most functions is never.
	maxConns = 2

	connectTimeout = 3 * time.Second  // of one try
	maxLifetime    = 30 * time.Minute // so that connections follow a failover or a new address
	maxIdle        = 10 * time.Minute // of a second connection, mostly
	pingTimeout    = time.Second
	pingAfter      = time.Second // of not being used; see handle.shouldPing
)

// connConfig returns the settings of a connection, and of its sessions; pooled
// says that a pooler has refused the usual way to set the latter. Its errors
// never hold the URL: there is a password in it.
func connConfig(c credentials, r role, pooled bool) (*pgx.ConnConfig, settings, error) {
	cfg, err := verifiedConfig(c, r)
	if err != nil {
		return nil, settings{}, err
	}
	if err := throughTunnels(cfg); err != nil {
		return nil, settings{}, err
	}
	cfg.ConnectTimeout = connectTimeout
	if p := telemetry.Provider(); p != nil {
		cfg.Tracer = newTracer(p)
	}
	if !strings.Contains(c.url(r), "default_query_exec_mode=") {
		cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	s, err := newSettings(cfg, r, pooled)
	return cfg, s, err
}

// verifiedConfig returns the settings of a connection whose peer is verified.
func verifiedConfig(c credentials, r role) (*pgx.ConnConfig, error) {
	text, err := withVerification(c.url(r))
	if err != nil {
		return nil, err
	}
	cfg, err := pgx.ParseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("database: the URL of the %s cannot be understood", r)
	}
	if err := trust(cfg, c.CA); err != nil {
		return nil, err
	}
	return cfg, checkTLS(cfg)
}

// withVerification makes sslmode=verify-full the default for any host but this
// machine; pgx's own default would go on without TLS.
func withVerification(text string) (string, error) {
	u, err := url.Parse(text)
	// A # or ? that is not escaped in a password ends the part with the host:
	// what stands before it would be taken for host and port, and shown.
	cut := err == nil && (u.Fragment != "" || u.User == nil && strings.Contains(text, "@"))
	if err != nil || cut || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", errors.New("database: the URL must have the form postgres://user:password@host:port/database, " +
			"with %23 for # and %3F for ? in user and password")
	}
	query := u.Query()
	if query.Has("sslmode") || os.Getenv("PGSSLMODE") != "" || isLoopback(u.Hostname()) {
		return text, nil
	}
	query.Set("sslmode", "verify-full")
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// checkTLS refuses a connection to another machine whose peer is not verified,
// however the URL came to ask for it.
func checkTLS(cfg *pgx.ConnConfig) error {
	verified := func(host string, t *tls.Config) error {
		if isLoopback(host) || t != nil && !t.InsecureSkipVerify {
			return nil
		}
		return fmt.Errorf("database: the connection to %s would not verify whom it talks to; use sslmode=verify-full", host)
	}
	err := verified(cfg.Host, cfg.TLSConfig)
	for _, f := range cfg.Fallbacks {
		err = errors.Join(err, verified(f.Host, f.TLSConfig))
	}
	return err
}

// isLoopback reports whether a host of a URL is this machine: a loopback address,
// its name, a socket's folder, or no host at all (pgx then looks for a socket).
func isLoopback(host string) bool {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// trust makes the PEM certificates the only roots; without any, the system's are.
func trust(cfg *pgx.ConnConfig, pem string) error {
	if pem == "" {
		return nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(pem)) {
		return errors.New(`database: the secret's "ca" holds no PEM certificate`)
	}
	if cfg.TLSConfig != nil {
		cfg.TLSConfig.RootCAs = roots
	}
	for _, f := range cfg.Fallbacks {
		if f.TLSConfig != nil {
			f.TLSConfig.RootCAs = roots
		}
	}
	return nil
}

// applicationName is what pg_stat_activity shows: "web/interviews-create".
func applicationName() string {
	stack, function := os.Getenv("SEASTACK_STACK"), os.Getenv("SEASTACK_FUNCTION")
	if stack == "" || function == "" {
		return "seastack"
	}
	return stack + "/" + function
}

func poolConfig(conn *pgx.ConnConfig, ping func(context.Context, pgxpool.ShouldPingParams) bool) *pgxpool.Config {
	cfg, _ := pgxpool.ParseConfig("") // pgxpool wants its Config made by itself; an empty one always parses
	cfg.ConnConfig = conn
	cfg.MaxConns = maxConns
	cfg.MinConns = 0
	cfg.MaxConnLifetime = maxLifetime
	cfg.MaxConnIdleTime = maxIdle
	cfg.PingTimeout = pingTimeout
	cfg.ShouldPing = ping
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		readTimesAsUTC(conn)
		return checkReadOnly(conn)
	}
	return cfg
}

// errNotReadOnly means that a session of a replica's handle would take writes: a
// pooler has ignored the startup parameter that makes it read-only, or the
// server is older than PostgreSQL 14 and does not report it.
var errNotReadOnly = errors.New("database: the session does not report to be read-only")

// checkReadOnly compares what a session was asked to be with what the server
// reports. That costs no round trip.
func checkReadOnly(conn *pgx.Conn) error {
	if conn.Config().RuntimeParams[readOnly] == "on" && conn.PgConn().ParameterStatus(readOnly) != "on" {
		return errNotReadOnly
	}
	return nil
}

// readTimesAsUTC makes a time that was read print the same on every machine.
func readTimesAsUTC(conn *pgx.Conn) {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
}
