package db_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// gate stands in front of a database: it closes its first connections at once,
// as a database does that is not ready, and lets the later ones through.
type gate struct {
	listener net.Listener
	target   string
	refuse   int64
	accepted atomic.Int64
}

// open returns the address through the gate of the database at a URL.
func (g *gate) open(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if g.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.listener.Close() })
	g.target, u.Host = u.Host, g.listener.Addr().String()
	go g.serve()
	return u.String()
}

func (g *gate) serve() {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		if g.accepted.Add(1) <= g.refuse {
			conn.Close()
			continue
		}
		go g.pass(conn)
	}
}

func (g *gate) pass(conn net.Conn) {
	defer conn.Close()
	database, err := net.Dial("tcp", g.target)
	if err != nil {
		return
	}
	defer database.Close()
	go func() { _, _ = io.Copy(database, conn) }()
	_, _ = io.Copy(conn, database)
}

func TestAColdDatabaseIsWaitedFor(t *testing.T) {
	g := &gate{refuse: 3}
	primary := dbtest.Open(t, g.open(t, dbtest.URL(t)))
	primary.GiveUpAfter(time.Minute)
	if got := text(t, primary, `SELECT 'warm'`); got != "warm" {
		t.Errorf("got %q", got)
	}
	if n := g.accepted.Load(); n <= g.refuse {
		t.Errorf("%d connections; %d were refused", n, g.refuse)
	}
}

func TestWaitingHasBounds(t *testing.T) {
	g := &gate{refuse: 1 << 40}
	primary := dbtest.Open(t, g.open(t, dbtest.URL(t)))
	primary.GiveUpAfter(100 * time.Millisecond)
	_, err := primary.Exec(t.Context(), `SELECT 1`)
	wantUnavailable(t, err)
	if n := g.accepted.Load(); n < 2 {
		t.Errorf("%d connections; want some", n)
	}

	primary.GiveUpAfter(time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = primary.Exec(ctx, `SELECT 1`)
	wantUnavailable(t, err)
}

// certificate returns a self-signed certificate for 127.0.0.1, and its PEM.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(text)
}

// serveTLS speaks PostgreSQL as far as the end of the handshake, and then says
// that there is no such database. It counts its connections.
func serveTLS(t *testing.T, cert tls.Certificate) (address string, connections *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	connections = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go refuseDatabase(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
		}
	}()
	return listener.Addr().String(), connections
}

func refuseDatabase(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil { // SSLRequest
		return
	}
	if _, err := conn.Write([]byte("S")); err != nil {
		return
	}
	secure := tls.Server(conn, cfg)
	defer secure.Close()
	backend := pgproto3.NewBackend(secure, secure)
	if _, err := backend.ReceiveStartupMessage(); err != nil {
		return
	}
	backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "3D000", Message: "reached"})
	_ = backend.Flush()
}

func TestTLSIsVerified(t *testing.T) {
	cert, roots := certificate(t)
	_, strangers := certificate(t)
	address, connections := serveTLS(t, cert)
	link := "postgres://u:p@" + address + "/d?sslmode=verify-full"
	for name, c := range map[string]struct{ ca, want string }{
		"with its roots":  {roots, "3D000"},
		"with strangers'": {strangers, "certificate"},
		"with none":       {"", "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			before := connections.Load()
			primary := db.WithCA(link, c.ca)
			defer primary.Close()
			_, err := primary.Exec(t.Context(), `SELECT 1`)
			wantUnavailable(t, err)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v; want one of %s", err, c.want)
			}
			if n := connections.Load() - before; n != 1 {
				t.Errorf("tried %d times; it will not get better", n)
			}
		})
	}
}
