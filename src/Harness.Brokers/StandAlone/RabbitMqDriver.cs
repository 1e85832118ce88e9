namespace Harness.Brokers.StandAlone;

/// <summary>Starts Debian's RabbitMQ with its MQTT plugin alone: a node and a port mapper (epmd) of its own, on loopback ports, in a folder of its own. The node of the system is not touched.</summary>
internal static class RabbitMqDriver
{
    private const string Kind = "rabbitmq";
    private const string Package = "rabbitmq-server";

    /// <summary>Starts it, which takes seconds.</summary>
    /// <exception cref="MqttException">It is not installed, or does not start.</exception>
    [BrokerDriver(
        Kind, Program = "/usr/lib/rabbitmq/bin/rabbitmq-server", Package = Package, Settings = "rights user password_file", Rights = "open password",
        Can = "MQTT 3.1.1, QoS 0 and 1, a user with password; logins on topics; no MQTT 5 and so no enhanced authentication, opens no payloads")]
    public static Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
        DriverStart.RunAsync(options, port => Start(options, port), cancellationToken);

    private static StandAloneParts Start(MqttBrokerOptions options, int port)
    {
        // Debian's command in PATH becomes the user rabbitmq and takes the system's folders; the one below does neither.
        var server = Path.Combine(BrokerProcess.FindFolder("/usr/lib/rabbitmq/lib", "rabbitmq_server-*", Package), "sbin", "rabbitmq-server");
        var mapper = BrokerProcess.Find("epmd", Package);
        DriverStart.RefuseRights(Kind, options.Setup, BrokerRights.Open, BrokerRights.Password);
        DriverStart.RefuseWords(Kind, options.Setup.Login, "#'\\");
        var files = new BrokerFiles(Kind, options.Setup.LogFolder);
        var login = options.Setup.Rights == BrokerRights.Password ? options.Setup.Login! : StandAloneBroker.ServiceLogin();
        var parts = new StandAloneParts(Kind)
        {
            Files = files, Endpoint = new IPEndPoint(options.Address, port), Login = login, ClientLogin = options.Setup.Rights == BrokerRights.Password ? login : null,
        };
        try
        {
            var (mapperPort, nodePort) = (BrokerProcess.FreePort().ToString(CultureInfo.InvariantCulture), BrokerProcess.FreePort().ToString(CultureInfo.InvariantCulture));
            var environment = new Dictionary<string, string>
            {
                ["HOME"] = files.Folder, // where Erlang writes its cookie
                ["ERL_EPMD_PORT"] = mapperPort, ["ERL_EPMD_ADDRESS"] = "127.0.0.1", ["RABBITMQ_DIST_PORT"] = nodePort,
                ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"harness-{port}@localhost"),
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}", ["RABBITMQ_LOG"] = "-color",
                ["RABBITMQ_CONFIG_FILE"] = files.Write("rabbitmq.conf", Settings(options, login, port)), ["RABBITMQ_CONF_ENV_FILE"] = files.Write("rabbitmq-env.conf", ""),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = files.Write("enabled_plugins", "[rabbitmq_mqtt].\n"), ["RABBITMQ_ADVANCED_CONFIG_FILE"] = files.At("advanced.config"),
                ["RABBITMQ_MNESIA_BASE"] = files.At("mnesia"), ["RABBITMQ_LOG_BASE"] = files.At("log"), ["RABBITMQ_FEATURE_FLAGS_FILE"] = files.At("feature_flags"),
                ["RABBITMQ_PLUGINS_EXPAND_DIR"] = files.At("plugins"), ["RABBITMQ_GENERATED_CONFIG_DIR"] = files.At("config"),
            };
            parts.Helper = BrokerProcess.Start([mapper, "-port", mapperPort, "-address", "127.0.0.1"], files.At("epmd.log"));
            parts.Process = BrokerProcess.Start([server], files.Log(port), environment, files.Folder);
            return parts;
        }
        catch
        {
            DriverStart.End(parts);
            throw;
        }
    }

    // A client without a user gets the default one, which RabbitMQ needs for every client.
    private static string Settings(MqttBrokerOptions options, BrokerLogin login, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        listeners.tcp = none
        mqtt.listeners.tcp.1 = {options.Address}:{port}
        mqtt.allow_anonymous = {(options.Setup.Rights == BrokerRights.Open ? "true" : "false")}
        default_user = {login.User}
        default_pass = {System.Text.Encoding.UTF8.GetString(login.Password.Span)}
        mqtt.default_user = {login.User}
        mqtt.default_pass = {System.Text.Encoding.UTF8.GetString(login.Password.Span)}
        log.console = true
        log.console.level = info
        log.file = false
        disk_free_limit.absolute = 50MB

        """);
}
