// Package localcloud composes the services of the local cloud into one process
// that listens on one address: it opens the state, creates the services, routes
// requests to them and stops them. The services are in packages of their own;
// wiring.go connects them.
package localcloud

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The defaults of a Config.
const (
	DefaultAddr    = "127.0.0.1:4566"
	DefaultRegion  = "us-east-1"
	DefaultAccount = "000000000000"
)

// Config configures a cloud.
type Config struct {
	Addr    string       // the address to listen on; port 0 means a free one
	Dir     string       // its folder: state, functions' code, process id
	Region  string       // the region that ARNs name
	Account string       // 12 digits
	Mounts  []s3.Mount   // folders whose files are objects
	Log     *slog.Logger // nil logs nothing
	// Variables are environment variables of functions that do not set them.
	Variables map[string]string
}

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = DefaultAddr
	}
	if c.Region == "" {
		c.Region = DefaultRegion
	}
	if c.Account == "" {
		c.Account = DefaultAccount
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Cloud is a local cloud. It holds its state and its address from New until
// Close.
type Cloud struct {
	config   Config
	env      *wire.Env
	state    string // the name of its state
	listener net.Listener
	server   *http.Server
	services []service
	closed   bool
}

// New opens the state, listens on the address and creates the services. Serve
// starts them. An error that the user can fix is a Fault.
func New(config Config) (*Cloud, error) {
	c := &Cloud{config: config.withDefaults()}
	if err := c.open(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Cloud) open() error {
	if err := checkAddr(c.config.Addr); err != nil {
		return err
	}
	dir, err := filepath.Abs(c.config.Dir)
	if err != nil {
		return err
	}
	c.config.Dir = dir
	db, err := store.Open(filepath.Join(dir, "state.db"))
	if err != nil {
		return stateError(dir, err)
	}
	c.env = &wire.Env{
		Account: c.config.Account, Region: c.config.Region, Dir: dir, Store: db, Now: time.Now, Log: c.config.Log,
	}
	if c.state, err = nameState(db); err != nil {
		return err
	}
	if err := writePID(dir); err != nil {
		return err
	}
	if c.listener, err = net.Listen("tcp", c.config.Addr); err != nil {
		return listenError(c.config.Addr, err)
	}
	c.env.Endpoint = "http://" + c.listener.Addr().String()
	return c.compose()
}

// nameState returns the name of a state, which it has from its first start on.
func nameState(db *store.DB) (name string, err error) {
	names := store.In[string](db, "localcloud/names")
	return name, db.Update(func(tx *store.Tx) error {
		had, ok, err := names.GetTx(tx, "state")
		if name = had; err != nil || ok {
			return err
		}
		name = uuid.NewString()
		return names.PutTx(tx, "state", name)
	})
}

// Endpoint is the base URL of the cloud, without a trailing slash.
func (c *Cloud) Endpoint() string { return c.env.Endpoint }

// Region is the region that the cloud's ARNs name.
func (c *Cloud) Region() string { return c.env.Region }

// How long a shutdown may take: running requests may finish within grace, are
// then cancelled, and are closed after the same time again; services must close
// within closing.
const (
	grace   = 2 * time.Second
	closing = 10 * time.Second
)

// Serve starts the services and answers requests until ctx ends, then shuts down
// within bounded time. The caller closes the cloud afterwards.
func (c *Cloud) Serve(ctx context.Context) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	if err := c.start(requests); err != nil {
		return err
	}
	c.server.BaseContext = func(net.Listener) context.Context { return requests }
	ended := make(chan error, 1)
	go func() { ended <- c.server.Serve(c.listener) }()
	c.env.Log.Info("the local cloud is ready", "endpoint", c.env.Endpoint, "dir", c.env.Dir)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return c.shutdown(cancel)
	}
}

func (c *Cloud) start(ctx context.Context) error {
	for _, s := range c.services {
		if starter, ok := s.(interface{ Start(context.Context) error }); ok {
			if err := starter.Start(ctx); err != nil {
				return fmt.Errorf("starting %s: %w", s.Definition().Name, err)
			}
		}
	}
	return nil
}

// shutdown ends the running requests. cancel cancels their contexts.
func (c *Cloud) shutdown(cancel context.CancelFunc) error {
	defer time.AfterFunc(grace, cancel).Stop()
	bound, stop := context.WithTimeout(context.Background(), 2*grace)
	defer stop()
	if err := c.server.Shutdown(bound); err != nil {
		return c.server.Close()
	}
	return nil
}

// Close closes the services and releases the address and the state, in this
// order. It may be called more than once.
func (c *Cloud) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	err := c.closeServices()
	if c.listener != nil {
		if e := c.listener.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	if c.env == nil {
		return err
	}
	return errors.Join(err, os.Remove(pidFile(c.env.Dir)), c.env.Store.Close())
}

// closeServices closes the services in reverse order, so that none outlives a
// service that it uses.
func (c *Cloud) closeServices() error {
	done := make(chan error, 1)
	go func() {
		var err error
		for i := len(c.services) - 1; i >= 0; i-- {
			if closer, ok := c.services[i].(interface{ Close() error }); ok {
				err = errors.Join(err, closer.Close())
			}
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(closing):
		return fmt.Errorf("the services of the local cloud did not end within %s", closing)
	}
}
