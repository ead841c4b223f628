package functionurl

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The kinds of authorization.
const (
	authNone = "NONE"
	authIAM  = "AWS_IAM"
)

// The ways in which answers come.
const (
	buffered = "BUFFERED"
	streamed = "RESPONSE_STREAM"
)

// config is the configuration of a URL as it is stored.
type config struct {
	ID                string
	Function          names.Reference
	AuthType          string
	InvokeMode        string
	Cors              *cors
	Created, Modified string
}

type input struct {
	AuthType   *string
	InvokeMode *string
	Cors       *cors
}

// apply changes the configuration by what the input has.
func (in *input) apply(c *config) error {
	var v apierror.Violations
	if in.AuthType != nil {
		v.OneOf(*in.AuthType, "authType", authNone, authIAM)
		c.AuthType = *in.AuthType
	}
	if in.InvokeMode != nil {
		v.OneOf(*in.InvokeMode, "invokeMode", buffered, streamed)
		c.InvokeMode = *in.InvokeMode
	}
	if c.AuthType == "" {
		v.Add("null", "authType", "Member must not be null")
	}
	if in.Cors != nil {
		in.Cors.check(&v)
		c.Cors = in.Cors.orNone()
	}
	return v.Err()
}

// output is the configuration of a URL as the API shows it.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionUrlConfig.html
type output struct {
	FunctionUrl      string
	FunctionArn      string
	AuthType         string
	Cors             *cors `json:",omitempty"`
	CreationTime     string
	LastModifiedTime string
	InvokeMode       string
}

func (u *URLs) shown(c config) *output {
	return &output{
		FunctionUrl: u.address(c.ID), FunctionArn: u.names.ARN(c.Function), AuthType: c.AuthType, Cors: c.Cors,
		CreationTime: c.Created, LastModifiedTime: c.Modified, InvokeMode: c.InvokeMode,
	}
}

// target returns the function or the alias that a request names. Versions have no
// URL.
func (u *URLs) target(tx *store.Tx, c *wire.Call) (names.Reference, error) {
	r, err := u.names.Target(c)
	if err != nil {
		return r, err
	}
	if names.IsVersion(r.Qualifier) {
		var v apierror.Violations
		v.Add(r.Qualifier, "qualifier", `Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)`)
		return r, v.Err()
	}
	return r, u.deps.Functions.CheckTx(tx, r)
}

func (u *URLs) create(_ context.Context, c *wire.Call, in *input) (*output, error) {
	now := names.Time(u.env.Now())
	made := config{ID: newID(), InvokeMode: buffered, Created: now, Modified: now}
	if err := in.apply(&made); err != nil {
		return nil, err
	}
	err := u.env.Store.Update(func(tx *store.Tx) (err error) {
		if made.Function, err = u.target(tx, c); err != nil {
			return err
		}
		if _, exists, err := u.configs.GetTx(tx, made.Function.Key()); err != nil || exists {
			return cmp.Or[error](err, apierror.Conflict("Failed to create function url config for [functionArn = %s]. "+
				"Error message:  FunctionUrlConfig exists for this Lambda function", u.names.ARN(made.Function)))
		}
		return cmp.Or(u.configs.PutTx(tx, made.Function.Key(), made), u.ids.PutTx(tx, made.ID, made.Function))
	})
	return u.shown(made), err
}

// newID returns the ID of a URL, which nobody can guess.
func newID() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// change calls f with the configuration that a request names, in a transaction.
func (u *URLs) change(c *wire.Call, f func(*store.Tx, config) error) error {
	return u.env.Store.Update(func(tx *store.Tx) error {
		r, err := u.target(tx, c)
		if err != nil {
			return err
		}
		found, ok, err := u.configs.GetTx(tx, r.Key())
		if err != nil || !ok {
			return cmp.Or[error](err, apierror.NoSuchResource())
		}
		return f(tx, found)
	})
}

func (u *URLs) get(_ context.Context, c *wire.Call, _ *names.None) (out *output, err error) {
	err = u.env.Store.View(func(tx *store.Tx) error {
		r, err := u.target(tx, c)
		if err != nil {
			return err
		}
		found, ok, err := u.configs.GetTx(tx, r.Key())
		if err != nil || !ok {
			return cmp.Or[error](err, apierror.NoSuchResource())
		}
		out = u.shown(found)
		return nil
	})
	return out, err
}

func (u *URLs) update(_ context.Context, c *wire.Call, in *input) (out *output, err error) {
	err = u.change(c, func(tx *store.Tx, found config) error {
		if err := in.apply(&found); err != nil {
			return err
		}
		found.Modified = names.Time(u.env.Now())
		out = u.shown(found)
		return u.configs.PutTx(tx, found.Function.Key(), found)
	})
	return out, err
}

func (u *URLs) delete(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	return nil, u.change(c, func(tx *store.Tx, found config) error { return u.DeleteTx(tx, found.Function) })
}

type listOutput struct {
	FunctionUrlConfigs []output
	NextMarker         *string `json:",omitempty"`
}

func (u *URLs) list(_ context.Context, c *wire.Call, _ *names.None) (*listOutput, error) {
	var all []output
	err := u.env.Store.View(func(tx *store.Tx) error {
		r, err := u.target(tx, c)
		if err != nil {
			return err
		}
		return u.configs.EachTx(tx, names.Prefix(r.Name), func(_ string, found config) (bool, error) {
			all = append(all, *u.shown(found))
			return true, nil
		})
	})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.FunctionUrlConfigs, out.NextMarker, err = listing.Page(c, all, listing.MaxConfigs)
	return out, err
}
