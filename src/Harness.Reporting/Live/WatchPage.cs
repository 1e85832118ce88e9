using System.Reflection;

namespace Harness.Reporting.Live;

/// <summary>The page of a run under way, with its style and its script. It draws events as text and has no markup from anywhere.</summary>
internal static class WatchPage
{
    private static readonly Dictionary<string, (string Type, byte[] Body)> _files = new()
    {
        [""] = ("text/html; charset=utf-8", Read("watch.html")),
        ["watch.js"] = ("text/javascript; charset=utf-8", Read("watch.js")),
        ["watch.css"] = ("text/css; charset=utf-8", [.. Read("page.css"), .. Read("watch.css")]),
    };

    /// <summary>Sets what holds for every answer: nothing but the page's own script and style runs, nothing is stored, and its address goes nowhere.</summary>
    public static void Guard(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    /// <summary>Answers with a file of the page.</summary>
    /// <param name="name">Its name; empty for the page itself.</param>
    /// <param name="response">Takes it.</param>
    /// <param name="gone">Ends when the viewer left.</param>
    /// <returns>False where there is no such file.</returns>
    public static async Task<bool> SendAsync(string name, HttpResponse response, CancellationToken gone)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            return false;
        }

        response.ContentType = file.Type;
        response.ContentLength = file.Body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            await response.Body.WriteAsync(file.Body, gone);
        }

        return true;
    }

    private static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var all = new MemoryStream();
        resource.CopyTo(all);
        return all.ToArray();
    }
}
