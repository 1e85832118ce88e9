using System.Globalization;

namespace Harness.Reporting.Tests.Live;

/// <summary>A message of Server-Sent Events.</summary>
/// <param name="Id">Its number; null where it has none.</param>
/// <param name="Kind">Its type; null for an event of the record.</param>
/// <param name="Data">Its text.</param>
internal sealed record ServerSentEvent(long? Id, string? Kind, string Data);

/// <summary>A viewer of a run's page: reads events as a browser does.</summary>
internal sealed class Viewer : IDisposable
{
    private readonly HttpClient _client;
    private readonly StreamReader _lines;

    private Viewer(HttpClient client, HttpResponseMessage response, Stream body) => (_client, Response, _lines) = (client, response, new StreamReader(body));

    public HttpResponseMessage Response { get; }

    /// <summary>Opens the events behind a number.</summary>
    public static async Task<Viewer> OpenAsync(Uri page, long? last = null)
    {
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page, "events"));
        if (last is { } seen)
        {
            request.Headers.Add("Last-Event-ID", seen.ToString(CultureInfo.InvariantCulture));
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new Viewer(client, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Reads the next message with data.</summary>
    /// <returns>Null at the end.</returns>
    public async Task<ServerSentEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        long? id = null;
        string? kind = null;
        string? data = null;
        while (await _lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    return new ServerSentEvent(id, kind, data);
                }
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = data is null ? line[6..] : throw new InvalidDataException("two lines of data");
            }
        }

        return null;
    }

    /// <summary>Reads events of the record up to the end.</summary>
    public async Task<IReadOnlyList<ServerSentEvent>> AllAsync()
    {
        List<ServerSentEvent> all = [];
        while (await NextAsync() is { } next)
        {
            if (next.Kind is null)
            {
                all.Add(next);
            }
        }

        return all;
    }

    public void Dispose()
    {
        _lines.Dispose();
        Response.Dispose();
        _client.Dispose();
    }
}
