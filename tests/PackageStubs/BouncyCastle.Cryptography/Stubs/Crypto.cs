// Signatures of BouncyCastle.Cryptography 2.7.0 (tag release-2.7.0), namespace Org.BouncyCastle.Crypto and below; see ../README.md.
namespace Org.BouncyCastle.Crypto
{
    public interface ICipherParameters;

    public interface IBlockCipher
    {
        string AlgorithmName { get; }

        void Init(bool forEncryption, ICipherParameters parameters);

        int GetBlockSize();

        int ProcessBlock(byte[] inBuf, int inOff, byte[] outBuf, int outOff);

        int ProcessBlock(ReadOnlySpan<byte> input, Span<byte> output);
    }

    public class CryptoException(string message) : Exception(message);

    public class DataLengthException(string message) : CryptoException(message);

    public class InvalidCipherTextException(string message) : CryptoException(message);

    public abstract class BufferedCipherBase
    {
        public abstract void Init(bool forEncryption, ICipherParameters parameters);

        public virtual int DoFinal(byte[] input, int inOff, int length, byte[] output, int outOff) => throw null;
    }

    public class BufferedBlockCipher : BufferedCipherBase
    {
        public BufferedBlockCipher(IBlockCipher cipher) => throw null;

        public BufferedBlockCipher(Modes.IBlockCipherMode cipherMode) => throw null;

        public override void Init(bool forEncryption, ICipherParameters parameters) => throw null;
    }
}

namespace Org.BouncyCastle.Crypto.Macs
{
    public class CMac
    {
        public CMac(IBlockCipher cipher) => throw null;

        public void Init(ICipherParameters parameters) => throw null;

        public void BlockUpdate(byte[] inBytes, int inOff, int len) => throw null;

        public void BlockUpdate(ReadOnlySpan<byte> input) => throw null;

        public int DoFinal(byte[] outBytes, int outOff) => throw null;

        public int DoFinal(Span<byte> output) => throw null;
    }
}

namespace Org.BouncyCastle.Crypto.Modes
{
    public interface IBlockCipherMode : IBlockCipher
    {
        bool IsPartialBlockOkay { get; }

        void Reset();
    }

    public class SicBlockCipher : IBlockCipherMode
    {
        public SicBlockCipher(IBlockCipher cipher) => throw null;

        public virtual string AlgorithmName => throw null;

        public virtual bool IsPartialBlockOkay => throw null;

        public virtual void Init(bool forEncryption, ICipherParameters parameters) => throw null;

        public virtual int GetBlockSize() => throw null;

        public virtual int ProcessBlock(byte[] input, int inOff, byte[] output, int outOff) => throw null;

        public virtual int ProcessBlock(ReadOnlySpan<byte> input, Span<byte> output) => throw null;

        public virtual void Reset() => throw null;
    }

    public class EaxBlockCipher
    {
        public EaxBlockCipher(IBlockCipher cipher) => throw null;

        public virtual void Init(bool forEncryption, ICipherParameters parameters) => throw null;

        public virtual int ProcessBytes(byte[] inBytes, int inOff, int len, byte[] outBytes, int outOff) => throw null;

        public virtual int ProcessBytes(ReadOnlySpan<byte> input, Span<byte> output) => throw null;

        public virtual int DoFinal(byte[] outBytes, int outOff) => throw null;

        public virtual int DoFinal(Span<byte> output) => throw null;

        public virtual int GetOutputSize(int len) => throw null;
    }
}

namespace Org.BouncyCastle.Crypto.Paddings
{
    public class Pkcs7Padding
    {
        public int AddPadding(byte[] input, int inOff) => throw null;

        public int AddPadding(Span<byte> block, int position) => throw null;

        public int PadCount(byte[] input) => throw null;

        public int PadCount(ReadOnlySpan<byte> block) => throw null;
    }
}

namespace Org.BouncyCastle.Crypto.Parameters
{
    public class KeyParameter : ICipherParameters
    {
        public KeyParameter(byte[] key) => throw null;

        public KeyParameter(ReadOnlySpan<byte> key) => throw null;

        public byte[] GetKey() => throw null;
    }

    public class ParametersWithIV : ICipherParameters
    {
        public ParametersWithIV(ICipherParameters parameters, byte[] iv) => throw null;

        public ParametersWithIV(ICipherParameters parameters, ReadOnlySpan<byte> iv) => throw null;
    }

    public class AeadParameters : ICipherParameters
    {
        public AeadParameters(KeyParameter key, int macSize, byte[] nonce, byte[] associatedText) => throw null;
    }
}

namespace Org.BouncyCastle.Crypto.EC
{
    public static class CustomNamedCurves
    {
        public static Asn1.X9.X9ECParameters GetByName(string name) => throw null;
    }
}
