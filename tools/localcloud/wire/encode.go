package wire

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
)

// encode writes an operation's output in the protocol of its service.
func encode(w http.ResponseWriter, m Match, id string, out any) {
	if r, ok := out.(*Response); ok {
		encodeRaw(w, r)
		return
	}
	switch m.Service.Protocol {
	case Query:
		encodeXML(w, m, id, out)
	case cborProtocol:
		writeCBOR(w, http.StatusOK, out)
	default:
		encodeJSON(w, m, out)
	}
}

func encodeRaw(w http.ResponseWriter, r *Response) {
	maps.Copy(w.Header(), r.Header)
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	if r.Stream == nil {
		_, _ = w.Write(r.Body) // the client is gone: there is no one to report an error to
		return
	}
	to := Flushing(w)
	_, _ = to.Write(nil) // the header goes out now
	if r.Stream(to) != nil {
		panic(http.ErrAbortHandler)
	}
}

// Flushing returns a writer that sends what is written to w at once.
func Flushing(w http.ResponseWriter) io.Writer {
	return flushing{w, http.NewResponseController(w)}
}

type flushing struct {
	io.Writer
	control *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.Writer.Write(p)
	if err != nil {
		return n, err
	}
	return n, f.control.Flush()
}

func encodeJSON(w http.ResponseWriter, m Match, out any) {
	status := m.Operation.Status
	if status == 0 {
		status = http.StatusOK
	}
	if status == http.StatusNoContent || (out == nil && m.Service.Protocol == RESTJSON) {
		w.WriteHeader(status)
		return
	}
	if out == nil {
		out = struct{}{}
	}
	writeJSON(w, contentType(m.Service), status, out)
}

func contentType(s *Service) string {
	if s != nil && s.Protocol == JSON {
		return "application/x-amz-json-1.1"
	}
	return "application/json"
}

func writeJSON(w http.ResponseWriter, contentType string, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// queryAnswer is the envelope of a Query answer:
// <OpResponse><OpResult>..</OpResult><ResponseMetadata/></OpResponse>.
type queryAnswer struct {
	operation, xmlns, requestID string
	result                      any
}

func (a queryAnswer) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	start.Name = xml.Name{Local: a.operation + "Response"}
	start.Attr = []xml.Attr{{Name: xml.Name{Local: "xmlns"}, Value: a.xmlns}}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	if a.result != nil {
		name := xml.Name{Local: a.operation + "Result"}
		if err := e.EncodeElement(a.result, xml.StartElement{Name: name}); err != nil {
			return err
		}
	}
	meta := struct{ RequestId string }{a.requestID}
	if err := e.EncodeElement(meta, xml.StartElement{Name: xml.Name{Local: "ResponseMetadata"}}); err != nil {
		return err
	}
	return e.EncodeToken(start.End())
}

func encodeXML(w http.ResponseWriter, m Match, id string, out any) {
	writeXML(w, http.StatusOK, queryAnswer{
		operation: m.Operation.Name, xmlns: m.Service.Namespace, requestID: id, result: out,
	})
}

func writeXML(w http.ResponseWriter, status int, v any) {
	raw, err := xml.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// List is a list of a Query answer: <Name><member>..</member></Name>, and an
// empty element if it is empty, as AWS writes it.
type List[T any] []T

// MarshalXML writes the list.
func (l List[T]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for _, v := range l {
		if err := e.EncodeElement(v, xml.StartElement{Name: xml.Name{Local: "member"}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

// Map is a map of a Query answer:
// <Name><entry><key>..</key><value>..</value></entry></Name>, in the order of keys.
type Map[V any] map[string]V

// MarshalXML writes the map.
func (m Map[V]) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	type entry struct {
		Key   string `xml:"key"`
		Value V      `xml:"value"`
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if err := e.EncodeElement(entry{key, m[key]}, xml.StartElement{Name: xml.Name{Local: "entry"}}); err != nil {
			return err
		}
	}
	return e.EncodeToken(start.End())
}

// encodeError writes err in the form that clients of the service expect. s may be
// nil.
func encodeError(w http.ResponseWriter, s *Service, id string, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = Errorf(http.StatusInternalServerError, "InternalFailure", "%v", err)
	}
	if s != nil && s.Protocol == Query {
		encodeQueryError(w, s, id, e)
		return
	}
	if s != nil && s.Protocol == RESTXML {
		writeXML(w, e.HTTPStatus(), struct {
			XMLName       xml.Name `xml:"Error"`
			Code, Message string
			RequestID     string `xml:"RequestId"`
		}{Code: e.Code, Message: e.Message, RequestID: id})
		return
	}
	body := map[string]any{}
	maps.Copy(body, e.Fields)
	body[messageKey(s)] = e.Message
	if s == nil || s.Protocol == JSON || s.Protocol == cborProtocol {
		body["__type"] = errorPrefix(s) + e.Code
	}
	if e.QueryCode != "" {
		w.Header().Set("X-Amzn-Query-Error", e.QueryCode+";"+fault(e))
	}
	w.Header().Set("X-Amzn-Errortype", e.Code)
	if s != nil && s.Protocol == cborProtocol {
		writeCBOR(w, e.HTTPStatus(), body)
		return
	}
	writeJSON(w, contentType(s), e.HTTPStatus(), body)
}

func messageKey(s *Service) string {
	if s == nil || s.MessageKey == "" {
		return "message"
	}
	return s.MessageKey
}

func errorPrefix(s *Service) string {
	if s == nil {
		return ""
	}
	return s.ErrorPrefix
}

func fault(e *Error) string {
	if e.HTTPStatus() >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}

func encodeQueryError(w http.ResponseWriter, s *Service, id string, e *Error) {
	type detail struct{ Type, Code, Message string }
	code := e.Code
	if e.QueryCode != "" {
		code = e.QueryCode
	}
	writeXML(w, e.HTTPStatus(), struct {
		XMLName   xml.Name `xml:"ErrorResponse"`
		Xmlns     string   `xml:"xmlns,attr,omitempty"`
		Error     detail
		RequestID string `xml:"RequestId"`
	}{Xmlns: s.Namespace, Error: detail{fault(e), code, e.Message}, RequestID: id})
}
