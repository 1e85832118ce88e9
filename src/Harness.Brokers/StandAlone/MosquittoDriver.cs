namespace Harness.Brokers.StandAlone;

/// <summary>Starts Debian's Mosquitto with settings of its own, on a loopback port; the service of the system is not touched.</summary>
internal static class MosquittoDriver
{
    private const string Kind = "mosquitto";

    /// <summary>Starts it.</summary>
    /// <exception cref="MqttException">It is not installed, or does not start.</exception>
    [BrokerDriver(
        Kind, Program = "mosquitto", Package = "mosquitto", Settings = "rights tls user password_file topics",
        Can = "MQTT 3.1.1 and 5.0, QoS 0 to 2, TLS, password file, ACL, dynamic security; logins on topics; no enhanced authentication, opens no payloads")]
    public static Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken)
    {
        var program = BrokerProcess.Find("mosquitto", "mosquitto");
        return DriverStart.RunAsync(options, port => Start(program, options, port), cancellationToken);
    }

    private static StandAloneParts Start(string program, MqttBrokerOptions options, int port)
    {
        var setup = options.Setup;
        DriverStart.RefuseWords(Kind, setup.Login is { } login ? login with { Password = "hashed"u8.ToArray() } : null, ":#");
        var files = new BrokerFiles(Kind, setup.LogFolder);
        var parts = new StandAloneParts(Kind) { Files = files, Endpoint = new IPEndPoint(options.Address, port) };
        try
        {
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"listener {port} {options.Address}");
            var certificate = setup.Tls ? OwnCertificate.Write(files, options.Address) : null;
            if (certificate is not null)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"certfile {certificate.CertificateFile}\nkeyfile {certificate.KeyFile}");
            }

            Rights(text, parts, setup);
            text.AppendLine("persistence false\nset_tcp_nodelay true\nlog_dest stderr\nlog_type error\nlog_type warning\nlog_type notice\nlog_type information\nlog_timestamp_format %Y-%m-%dT%H:%M:%S");
            if (Environment.IsPrivilegedProcess)
            {
                text.AppendLine("user root"); // otherwise it becomes a user who cannot read its own settings here
            }

            parts.Process = BrokerProcess.Start([program, "-c", files.Write("mosquitto.conf", text.ToString())], files.Log(port), folder: files.Folder);
            if (certificate is not null)
            {
                parts.Gate = TlsGate.Open(parts.Endpoint, BrokerTls.ClientOptions(options.Address.ToString(), certificate.Authorities));
                parts.Endpoint = parts.Gate.Endpoint;
            }

            return parts;
        }
        catch
        {
            DriverStart.End(parts);
            throw;
        }
    }

    private static void Rights(StringBuilder text, StandAloneParts parts, BrokerSetup setup)
    {
        var files = parts.Files!;
        var service = StandAloneBroker.ServiceLogin();
        text.AppendLine(setup.Rights == BrokerRights.Password ? "allow_anonymous false" : "allow_anonymous true");
        switch (setup.Rights)
        {
            case BrokerRights.Password:
                var user = setup.Login!;
                (parts.Login, parts.ClientLogin) = (service, user);
                text.AppendLine($"password_file {files.Write("passwords", Line(service) + Line(user))}");
                break;
            case BrokerRights.Acl:
                parts.Login = service;
                text.AppendLine($"password_file {files.Write("passwords", Line(service))}");
                text.AppendLine($"acl_file {files.Write("acl", Acl(setup))}");
                break;
            case BrokerRights.DynamicSecurity:
                parts.Login = service;
                parts.Rights = new DynamicSecurity(setup.Topics);
                text.AppendLine($"plugin {Plugin()}\nplugin_opt_config_file {files.Write("dynamic-security.json", DynamicSecurity.Settings(service, setup.Topics))}");
                break;
        }
    }

    // What stands before the first user is for clients without one.
    private static string Acl(BrokerSetup setup) =>
        "topic write aug/+/c\ntopic write aug/+/reg\ntopic read aug/+/s\ntopic read aug/+/key\n" + string.Concat(setup.Topics.Select(t => $"topic readwrite {t}\n"))
        + $"user {StandAloneBroker.Service}\ntopic readwrite #\ntopic read $SYS/#\n";

    private static string Line(BrokerLogin login) => MosquittoPassword.Of(login.Password.Span).Line(login.User);

    private static string Plugin()
    {
        var multiarch = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        string[] places = [$"/usr/lib/{multiarch}/mosquitto_dynamic_security.so", "/usr/lib/mosquitto_dynamic_security.so"];
        return places.FirstOrDefault(File.Exists) ?? throw new MqttNotConnectedException($"mosquitto has no dynamic-security plugin at {places[0]}; next: dpkg -L mosquitto");
    }
}
