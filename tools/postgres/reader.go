package postgres

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
)

// reader is the name of the role that may read everything, and write nothing.
const reader = "seastack_reader"

// makeReader makes the role. pg_read_all_data is PostgreSQL's own, since version 14:
// https://www.postgresql.org/docs/current/predefined-roles.html
const makeReader = `
	DO $$ BEGIN
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%[1]s') THEN
			CREATE ROLE %[1]s LOGIN;
			GRANT pg_read_all_data TO %[1]s;
		END IF;
	END $$;
	ALTER ROLE %[1]s PASSWORD '%[2]s'`

// ReaderURL returns the address of the database with a role that may only read. The
// role is made when it is not there.
func (s *Server) ReaderURL(ctx context.Context) (string, error) {
	conn, err := s.connect(ctx, s.database)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	password := s.readerPassword()
	if _, err := conn.Exec(ctx, fmt.Sprintf(makeReader, reader, password)); err != nil {
		return "", err
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		return "", err
	}
	u.User = url.UserPassword(reader, password)
	return u.String(), nil
}

// readerPassword returns a password that follows from the superuser's, and from which
// that does not follow.
func (s *Server) readerPassword() string {
	mac := hmac.New(sha256.New, []byte(s.password))
	mac.Write([]byte(reader))
	return hex.EncodeToString(mac.Sum(nil))
}
