package s3

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// unchunk takes the envelope of a body that is sent in signed or checksummed
// chunks, so that what is read of it is the object. Signatures are not verified.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func unchunk(req *http.Request) error {
	length := req.Header.Get("X-Amz-Decoded-Content-Length")
	n, err := strconv.ParseInt(length, 10, 64)
	if err != nil || n < 0 {
		return wire.Errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	req.Header.Set("Content-Length", length)
	req.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
	req.ContentLength = n
	req.Body = struct {
		io.Reader
		io.Closer
	}{&chunkReader{in: bufio.NewReader(req.Body)}, req.Body}
	return nil
}

// chunkReader reads the data of chunks: "<size in hex>[;chunk-signature=...]",
// the data, and a line's end, until a chunk of size 0. Trailers after that one are
// left unread.
type chunkReader struct {
	in   *bufio.Reader
	left int64 // of the chunk
	err  error // of all further reads
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if r.err == nil && r.left == 0 {
		r.err = r.next()
	}
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	if r.left -= int64(n); r.left == 0 && err == nil {
		_, err = r.line()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	r.err = err
	return n, err
}

// next reads the head of a chunk; io.EOF is that of the last.
func (r *chunkReader) next() error {
	head, err := r.line()
	if err != nil {
		return err
	}
	size, _, _ := strings.Cut(head, ";")
	if r.left, err = strconv.ParseInt(size, 16, 64); err != nil || r.left < 0 {
		return fmt.Errorf("a chunk begins with %q", size)
	}
	if r.left == 0 {
		return io.EOF
	}
	return nil
}

// line reads a line without its end.
func (r *chunkReader) line() (string, error) {
	text, err := r.in.ReadSlice('\n')
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimRight(string(text), "\r\n"), err
}
