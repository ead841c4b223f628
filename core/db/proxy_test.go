package db_test

import (
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// proxy stands between a handle and a real server, as poolers and networks do.
type proxy struct {
	// refuse, when set, answers a startup message instead of the server.
	refuse func(params map[string]string) *pgproto3.ErrorResponse
	// drop names startup parameters that the server does not get to see.
	drop []string
	// cutAt closes a connection when a statement with this text comes by.
	cutAt atomic.Value

	target    string
	startups  atomic.Int64
	mu        sync.Mutex
	connected []net.Conn
}

// open returns the URL of a database by way of the proxy, with query parameters.
func (p *proxy) open(t *testing.T, text string, query ...string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close(); p.cut() })
	p.target, u.Host = u.Host, listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return withQuery(u, query...)
}

func withQuery(u *url.URL, query ...string) string {
	values := u.Query()
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	u.RawQuery = values.Encode()
	return u.String()
}

// cut closes all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.connected {
		conn.Close()
	}
	p.connected = nil
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	backend := pgproto3.NewBackend(client, client)
	first, err := backend.ReceiveStartupMessage()
	if err != nil {
		return
	}
	startup, ok := first.(*pgproto3.StartupMessage)
	if !ok {
		p.forward(client, first) // a request to cancel
		return
	}
	p.startups.Add(1)
	if p.refuse != nil {
		if answer := p.refuse(startup.Parameters); answer != nil {
			backend.Send(answer)
			_ = backend.Flush()
			return
		}
	}
	for _, name := range p.drop {
		delete(startup.Parameters, name)
	}
	p.forward(client, startup)
}

func (p *proxy) forward(client net.Conn, first pgproto3.FrontendMessage) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	p.connected = append(p.connected, client, server)
	p.mu.Unlock()
	raw, _ := first.Encode(nil)
	if _, err := server.Write(raw); err != nil {
		return
	}
	go func() {
		defer client.Close()
		_, _ = io.Copy(client, server)
	}()
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil || p.cuts(buffer[:n]) {
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) cuts(sent []byte) bool {
	text, _ := p.cutAt.Load().(string)
	return text != "" && strings.Contains(string(sent), text)
}

// refusal answers a startup message that has one of the parameters.
func refusal(code, text string, names ...string) func(map[string]string) *pgproto3.ErrorResponse {
	return func(params map[string]string) *pgproto3.ErrorResponse {
		for _, name := range names {
			if _, ok := params[name]; ok {
				return &pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: code, Message: text + name}
			}
		}
		return nil
	}
}
